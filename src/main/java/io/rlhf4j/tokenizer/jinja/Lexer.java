package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with Jinja's trim_blocks and lstrip_blocks on: the line break after
 * a tag and the indentation before it vanish, unless a {@code +} keeps them; a {@code -} takes all
 * white space.
 */
final class Lexer {
  private static final Pattern RAW_BEGIN =
      Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%\\}\\s*|%\\})");
  private static final Pattern RAW_END =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");
  private static final Pattern NUMBER =
      Pattern.compile("\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+-]?\\d[\\d_]*)?");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern STRING =
      Pattern.compile("'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"", Pattern.DOTALL);
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineKnownAt;

  private Lexer(String source) {
    String unix = source.replace("\r\n", "\n").replace('\r', '\n');
    // Jinja drops one line break at the very end.
    this.source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
  }

  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(source);
    while (lexer.at < lexer.source.length()) {
      lexer.next();
    }
    lexer.add(Kind.END, "");
    return lexer.tokens;
  }

  /** Text up to the next tag, and that tag. */
  private void next() {
    int begin = nextBegin();
    if (begin < 0) {
      data(source.substring(at));
      at = source.length();
      return;
    }
    char type = source.charAt(begin + 1);
    data(strippedBefore(source.substring(at, begin), type, signAt(begin + 2)));
    Matcher raw = RAW_BEGIN.matcher(source).region(begin, source.length());
    at = begin;
    if (raw.lookingAt()) {
      raw(raw.end());
    } else if (type == '#') {
      comment();
    } else {
      tag(type == '{');
    }
  }

  private int nextBegin() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private char signAt(int index) {
    return index < source.length() ? source.charAt(index) : ' ';
  }

  /** What of a text is left when a tag with this sign follows it. */
  private String strippedBefore(String text, char type, char sign) {
    if (sign == '-') {
      return PythonText.rstrip(text);
    }
    if (sign != '+' && type != '{') {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean startsLine = lineStart > 0 || at == 0 || source.charAt(at - 1) == '\n';
      if (startsLine && PythonText.rstrip(text.substring(lineStart)).isEmpty()) {
        return text.substring(0, lineStart);
      }
    }
    return text;
  }

  private void raw(int contentStart) {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(contentStart)) {
      throw error("{% raw %} has no {% endraw %}");
    }
    at = contentStart;
    String sign = end.group(1);
    data(
        strippedBefore(
            source.substring(contentStart, end.start()),
            '%',
            sign.isEmpty() ? ' ' : sign.charAt(0)));
    at = end.end();
  }

  private void comment() {
    int contentStart = at + 2;
    int end = source.indexOf("#}", contentStart);
    if (end < 0) {
      throw error("a comment has no #}");
    }
    char sign = end > contentStart ? source.charAt(end - 1) : ' ';
    // The sign of the comment's beginning, as in {#-#}, is not one of its end.
    boolean ownSign = end - 1 > contentStart || "+-".indexOf(source.charAt(contentStart)) < 0;
    at = afterEnd(end + 2, ownSign ? sign : ' ', true);
  }

  private int afterEnd(int end, char sign, boolean trimsLineBreak) {
    int after = end;
    if (sign == '-') {
      while (after < source.length() && PythonText.isSpace(source.charAt(after))) {
        after++;
      }
    } else if (trimsLineBreak && sign != '+' && signAt(after) == '\n') {
      after++;
    }
    return after;
  }

  private void tag(boolean output) {
    add(output ? Kind.OUTPUT_BEGIN : Kind.TAG_BEGIN, source.substring(at, at + 2));
    at += 2;
    if (signAt(at) == '-' || signAt(at) == '+') {
      at++;
    }
    String close = output ? "}}" : "%}";
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
        at++;
      }
      if (at >= source.length()) {
        throw error("a tag has no " + close);
      }
      if (open.isEmpty()) {
        char sign = source.charAt(at);
        boolean signed = sign == '-' || (sign == '+' && !output);
        int end = signed ? at + 1 : at;
        if (source.startsWith(close, end)) {
          add(output ? Kind.OUTPUT_END : Kind.TAG_END, close);
          at = afterEnd(end + 2, signed ? sign : ' ', !output);
          return;
        }
      }
      expressionToken(open);
    }
  }

  private void expressionToken(Deque<Character> open) {
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      String literal = match(STRING, "a string has no closing quote");
      add(Kind.STRING, PythonText.unescape(literal.substring(1, literal.length() - 1)));
      at += literal.length();
    } else if (c >= '0' && c <= '9') {
      String number = match(NUMBER, "not a number");
      boolean whole = number.chars().allMatch(d -> d == '_' || (d >= '0' && d <= '9'));
      add(whole ? Kind.INTEGER : Kind.FLOAT, number.replace("_", ""));
      at += number.length();
    } else if (Character.isLetter(source.codePointAt(at)) || c == '_') {
      String name = match(NAME, "not a name");
      add(Kind.NAME, name);
      at += name.length();
    } else {
      operator(open);
    }
  }

  private void operator(Deque<Character> open) {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        switch (operator) {
          case "{" -> open.push('}');
          case "(" -> open.push(')');
          case "[" -> open.push(']');
          case "}", ")", "]" -> {
            if (open.isEmpty() || open.pop() != operator.charAt(0)) {
              throw error("unexpected '" + operator + "'");
            }
          }
          default -> {}
        }
        add(Kind.OPERATOR, operator);
        at += operator.length();
        return;
      }
    }
    throw error("unexpected character '" + Character.toString(source.codePointAt(at)) + "'");
  }

  private String match(Pattern pattern, String otherwise) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      throw error(otherwise);
    }
    return matcher.group();
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Kind.DATA, text);
    }
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line()));
  }

  private int line() {
    for (; lineKnownAt < at; lineKnownAt++) {
      if (source.charAt(lineKnownAt) == '\n') {
        line++;
      }
    }
    return line;
  }

  private TemplateException error(String message) {
    return new TemplateException("chat template line " + line() + ": " + message);
  }
}
