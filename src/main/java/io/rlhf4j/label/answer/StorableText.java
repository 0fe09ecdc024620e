package io.rlhf4j.label.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import java.util.Map;

/**
 * What every database, file and tokenizer can keep: no NUL, and no half of a surrogate pair, which
 * JSON can spell but which is no character.
 */
public final class StorableText {
  private StorableText() {}

  /** Refuses a JSON value that holds such a text anywhere, in its keys too. */
  public static void require(JsonNode node) {
    if (node.isTextual()) {
      require(node.textValue());
    } else if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        require(field.getKey());
        require(field.getValue());
      }
    } else {
      node.forEach(StorableText::require);
    }
  }

  /** Refuses such a text. */
  public static void require(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == 0 || (Character.isSurrogate(c) && !pair)) {
        throw new InputException(
            "the text holds " + (c == 0 ? "a NUL" : "half a character") + "; remove it");
      }
      if (pair) {
        i++;
      }
    }
  }
}
