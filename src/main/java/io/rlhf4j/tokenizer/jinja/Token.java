package io.rlhf4j.tokenizer.jinja;

/**
 * A piece of a template's source.
 *
 * @param text a string's value without quotes and escapes, otherwise the source's characters
 * @param line counted from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    OUTPUT_BEGIN,
    OUTPUT_END,
    TAG_BEGIN,
    TAG_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case END -> "the end of the template";
      case DATA -> "text";
      case OUTPUT_BEGIN, OUTPUT_END, TAG_BEGIN, TAG_END, NAME, STRING, INTEGER, FLOAT, OPERATOR ->
          "'" + text + "'";
    };
  }
}
