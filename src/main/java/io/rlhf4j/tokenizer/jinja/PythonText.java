package io.rlhf4j.tokenizer.jinja;

import java.util.Locale;

/** What Python does with strings; positions count code points. */
final class PythonText {
  private PythonText() {}

  /** str.isspace for one character. */
  static boolean isSpace(int c) {
    return c == ' '
        || (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x1f)
        || c == 0x85
        || Character.isSpaceChar(c);
  }

  static String lstrip(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String rstrip(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Strips any of these characters. */
  static String strip(String text, String characters, boolean left, boolean right) {
    int[] codePoints = text.codePoints().toArray();
    int start = 0;
    int end = codePoints.length;
    while (left && start < end && characters.indexOf(codePoints[start]) >= 0) {
      start++;
    }
    while (right && end > start && characters.indexOf(codePoints[end - 1]) >= 0) {
      end--;
    }
    return new String(codePoints, start, end - start);
  }

  /** Upper case first, then lower case; the first letter in title case, as Python has it. */
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    int rest = Character.charCount(first);
    return titleCase(first) + lower(text.substring(rest));
  }

  /** str.title: every letter after a non-letter. */
  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean afterLetter = false;
    for (int c : text.codePoints().toArray()) {
      title.append(afterLetter ? lower(Character.toString(c)) : titleCase(c));
      afterLetter = isCased(c);
    }
    return title.toString();
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static String titleCase(int c) {
    int title = Character.toTitleCase(c);
    // Letters such as the German sharp s have only a longer upper case.
    return title == c && Character.isLowerCase(c)
        ? capitalizedUpper(Character.toString(c))
        : Character.toString(title);
  }

  private static String capitalizedUpper(String letter) {
    String upper = upper(letter);
    int first = Character.charCount(upper.codePointAt(0));
    return upper.substring(0, first) + lower(upper.substring(first));
  }

  /** The escapes of a Python string literal; unknown ones keep their backslash. */
  static String unescape(String literal) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c != '\\' || i + 1 == literal.length()) {
        text.append(c);
        continue;
      }
      char escape = literal.charAt(++i);
      int digits =
          switch (escape) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 0;
          };
      if (digits > 0) {
        String hex = literal.substring(i + 1, Math.min(literal.length(), i + 1 + digits));
        if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
          throw new TemplateException("chat template: broken escape \\" + escape + hex);
        }
        text.appendCodePoint(Integer.parseUnsignedInt(hex, 16));
        i += digits;
      } else if (escape >= '0' && escape <= '7') {
        int end = i + 1;
        while (end < literal.length()
            && end < i + 3
            && literal.charAt(end) >= '0'
            && literal.charAt(end) <= '7') {
          end++;
        }
        text.append((char) Integer.parseInt(literal.substring(i, end), 8));
        i = end - 1;
      } else {
        text.append(simpleEscape(escape));
      }
    }
    return text.toString();
  }

  private static String simpleEscape(char escape) {
    return switch (escape) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case 'a' -> "\u0007";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'v' -> "\u000b";
      case '\n' -> "";
      case '\\', '\'', '"' -> String.valueOf(escape);
      default -> "\\" + escape;
    };
  }

  /** repr of a string: single quotes unless that needs escapes and double ones do not. */
  static String repr(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder repr = new StringBuilder().append(quote);
    for (int c : text.codePoints().toArray()) {
      if (c == quote || c == '\\') {
        repr.append('\\').append((char) c);
      } else if (c == '\n') {
        repr.append("\\n");
      } else if (c == '\r') {
        repr.append("\\r");
      } else if (c == '\t') {
        repr.append("\\t");
      } else if (isPrintable(c)) {
        repr.appendCodePoint(c);
      } else if (c < 0x100) {
        repr.append(String.format("\\x%02x", c));
      } else if (c < 0x10000) {
        repr.append(String.format("\\u%04x", c));
      } else {
        repr.append(String.format("\\U%08x", c));
      }
    }
    return repr.append(quote).toString();
  }

  private static boolean isPrintable(int c) {
    int type = Character.getType(c);
    return c == ' '
        || (type != Character.CONTROL
            && type != Character.FORMAT
            && type != Character.SURROGATE
            && type != Character.PRIVATE_USE
            && type != Character.UNASSIGNED
            && type != Character.LINE_SEPARATOR
            && type != Character.PARAGRAPH_SEPARATOR
            && type != Character.SPACE_SEPARATOR);
  }
}
