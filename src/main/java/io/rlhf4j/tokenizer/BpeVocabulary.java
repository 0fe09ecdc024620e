package io.rlhf4j.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A byte-level BPE vocabulary, ready to be written in Hugging Face's format.
 *
 * @param tokens a token's place is its id; bytes are spelled as GPT-2 does (a space is U+0120)
 * @param merges which neighbours to join, the first learned first
 * @param specialTokens those of {@code tokens} that stand for themselves and are never cut
 */
public record BpeVocabulary(List<String> tokens, List<Merge> merges, List<String> specialTokens) {
  /** Ends (and begins) a text; a completion that is finished ends in it. */
  public static final String END_OF_TEXT = "<|endoftext|>";

  /** Fills a batch's short rows; never part of a text, and never the same as the end of text. */
  public static final String PAD = "<|pad|>";

  /** The position at which a model may be trained to read out a reward. */
  public static final String REWARD = "<|reward|>";

  /** Two neighbouring tokens that become one. */
  public record Merge(String left, String right) {}

  public BpeVocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    specialTokens = List.copyOf(specialTokens);
  }

  /** Writes the files without a chat template; see {@link #saveTo(Path, int, String)}. */
  public void saveTo(Path folder, int maximumLength) {
    saveTo(folder, maximumLength, null);
  }

  /**
   * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code
   * special_tokens_map.json}, which {@link Tokenizer#load} and Python's transformers read.
   *
   * @param maximumLength the model's number of positions, for those who read {@code
   *     model_max_length}
   * @param chatTemplate Jinja source, or null for none
   */
  public void saveTo(Path folder, int maximumLength, @Nullable String chatTemplate) {
    write(folder.resolve("tokenizer.json"), tokenizerJson());
    write(folder.resolve("tokenizer_config.json"), config(maximumLength, chatTemplate));
    write(folder.resolve("special_tokens_map.json"), specialTokensMap());
  }

  private ObjectNode tokenizerJson() {
    ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode mergeLines = JsonNodeFactory.instance.arrayNode();
    for (Merge merge : merges) {
      // No token has a space inside, so this older form, which every reader knows, is unambiguous.
      mergeLines.add(merge.left() + " " + merge.right());
    }
    ArrayNode added = JsonNodeFactory.instance.arrayNode();
    for (String token : specialTokens) {
      added.add(addedToken(token).put("id", tokens.indexOf(token)));
    }
    return ByteLevelJson.of(vocabulary, mergeLines, added);
  }

  private ObjectNode config(int maximumLength, @Nullable String chatTemplate) {
    ObjectNode config = specialTokensMap();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    config.put("model_max_length", maximumLength);
    config.put("clean_up_tokenization_spaces", false);
    config.put("padding_side", "left");
    config.put("add_prefix_space", false);
    ObjectNode decoder = config.putObject("added_tokens_decoder");
    for (String token : specialTokens) {
      decoder.set(String.valueOf(tokens.indexOf(token)), addedToken(token));
    }
    if (chatTemplate != null) {
      config.put("chat_template", chatTemplate);
    }
    return config;
  }

  private ObjectNode specialTokensMap() {
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    ArrayNode others = JsonNodeFactory.instance.arrayNode();
    for (String token : specialTokens) {
      switch (token) {
        case END_OF_TEXT -> map.put("bos_token", token).put("eos_token", token);
        case PAD -> map.put("pad_token", token);
        default -> others.add(token);
      }
    }
    if (!others.isEmpty()) {
      map.set("additional_special_tokens", others);
    }
    return map;
  }

  private static ObjectNode addedToken(String token) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("content", token);
    node.put("lstrip", false);
    node.put("normalized", false);
    node.put("rstrip", false);
    node.put("single_word", false);
    node.put("special", true);
    return node;
  }

  private static void write(Path file, ObjectNode json) {
    AtomicFile.write(file, json.toPrettyString() + "\n");
  }
}
