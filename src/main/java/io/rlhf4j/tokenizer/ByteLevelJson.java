package io.rlhf4j.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code tokenizer.json} of a GPT-2 style tokenizer around a vocabulary and its merges. */
final class ByteLevelJson {
  private ByteLevelJson() {}

  /**
   * @param vocabulary token to id
   * @param merges strings of two tokens with a space between
   * @param addedTokens the special tokens' own entries
   */
  static ObjectNode of(ObjectNode vocabulary, ArrayNode merges, ArrayNode addedTokens) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    root.set("added_tokens", addedTokens);
    root.putNull("normalizer");
    root.set("pre_tokenizer", byteLevel());
    root.set("post_processor", byteLevel());
    root.set("decoder", byteLevel());
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE");
    model.putNull("dropout");
    model.putNull("unk_token");
    model.putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.set("vocab", vocabulary);
    model.set("merges", merges);
    return root;
  }

  private static ObjectNode byteLevel() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("type", "ByteLevel");
    node.put("add_prefix_space", false);
    node.put("trim_offsets", true);
    node.put("use_regex", true);
    return node;
  }
}
