package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Token.Kind;
import java.util.List;

/** The tokens that a parser has still to read. */
final class TokenStream {
  private final List<Token> tokens;
  private int at;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  /** The token after the current one. */
  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  int position() {
    return at;
  }

  /** Whether a name stands between a position and the current one. */
  boolean namesSince(int position, String name) {
    return tokens.subList(position, at).stream().anyMatch(token -> token.isName(name));
  }

  boolean isOperator(String operator) {
    return current().isOperator(operator);
  }

  boolean isName(String name) {
    return current().isName(name);
  }

  boolean is(Kind kind) {
    return current().kind() == kind;
  }

  boolean skipOperator(String operator) {
    return isOperator(operator) && next() != null;
  }

  boolean skipName(String name) {
    return isName(name) && next() != null;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw error("expected '" + operator + "', found " + current());
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw error("expected '" + name + "', found " + current());
    }
  }

  Token expect(Kind kind, String what) {
    if (!is(kind)) {
      throw error("expected " + what + ", found " + current());
    }
    return next();
  }

  TemplateException error(String message) {
    return new TemplateException("chat template line " + current().line() + ": " + message);
  }
}
