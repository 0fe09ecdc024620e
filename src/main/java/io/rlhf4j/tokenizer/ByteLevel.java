package io.rlhf4j.tokenizer;

import io.rlhf4j.data.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * GPT-2's way of seeing text as bytes (Radford et al. 2019, section 2.2): a text is cut into words,
 * and each byte of a word is written as one printable character, so that a vocabulary of 256
 * characters spells everything.
 */
final class ByteLevel {
  /** Byte value (0..255) to the character that stands for it. */
  private static final char[] LETTER = letters();

  private static final String[] CONTRACTIONS = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};

  private ByteLevel() {}

  /** The 256 characters that stand for bytes, in the order of their code points. */
  static List<String> alphabet() {
    List<String> alphabet = new ArrayList<>();
    for (char letter : LETTER) {
      alphabet.add(String.valueOf(letter));
    }
    alphabet.sort(null);
    return alphabet;
  }

  /** The word's UTF-8 bytes, one character each. */
  static String spell(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    char[] spelled = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      spelled[i] = LETTER[bytes[i] & 0xff];
    }
    return new String(spelled);
  }

  /**
   * Cuts a text as GPT-2's expression does: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
   * ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. Written out, because the expression takes most of a
   * training's time.
   */
  static void words(String text, Consumer<String> sink) {
    int at = 0;
    while (at < text.length()) {
      int end = endOfWord(text, at);
      sink.accept(text.substring(at, end));
      at = end;
    }
  }

  private static int endOfWord(String text, int start) {
    for (String contraction : CONTRACTIONS) {
      if (text.startsWith(contraction, start)) {
        return start + contraction.length();
      }
    }
    int first = text.codePointAt(start);
    if (first == ' ' && start + 1 < text.length()) {
      int second = text.codePointAt(start + 1);
      if (kind(second) != Kind.SPACE) {
        return endOfRun(text, start + 1, kind(second));
      }
    }
    Kind kind = kind(first);
    int end = endOfRun(text, start, kind);
    // White space before a word leaves its last character to that word.
    if (kind == Kind.SPACE && end < text.length()) {
      int last = text.offsetByCodePoints(end, -1);
      return last > start ? last : end;
    }
    return end;
  }

  private static int endOfRun(String text, int start, Kind kind) {
    int at = start;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      if (kind(codePoint) != kind) {
        break;
      }
      at += Character.charCount(codePoint);
    }
    return at;
  }

  private enum Kind {
    LETTER,
    NUMBER,
    SPACE,
    OTHER
  }

  private static Kind kind(int codePoint) {
    if (Character.isLetter(codePoint)) {
      return Kind.LETTER;
    }
    if (isWhiteSpace(codePoint)) {
      return Kind.SPACE;
    }
    int type = Character.getType(codePoint);
    boolean number =
        type == Character.DECIMAL_DIGIT_NUMBER
            || type == Character.LETTER_NUMBER
            || type == Character.OTHER_NUMBER;
    return number ? Kind.NUMBER : Kind.OTHER;
  }

  /** Unicode's White_Space; Java's own isWhitespace leaves out the no-break spaces. */
  private static boolean isWhiteSpace(int codePoint) {
    return codePoint == ' '
        || (codePoint >= 0x09 && codePoint <= 0x0d)
        || codePoint == 0x85
        || Character.isSpaceChar(codePoint);
  }

  /**
   * Refuses text with half a surrogate pair: it has no UTF-8 form, so it could not come back from
   * its ids.
   */
  static void requireWholeCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          throw new InputException(
              String.format(
                  "text holds half a character (\\u%04x at position %d of %d); it is not valid"
                      + " Unicode, so remove or repair it",
                  (int) c, i, text.length()));
        }
        i++;
      }
    }
  }

  /** Printable Latin-1 stands for itself, the other bytes for characters from U+0100 on. */
  private static char[] letters() {
    char[] letters = new char[256];
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xff && b != 0xad);
      letters[b] = printable ? (char) b : next++;
    }
    return letters;
  }
}
