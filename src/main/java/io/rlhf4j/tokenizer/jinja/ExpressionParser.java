package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Expression.Passed;
import io.rlhf4j.tokenizer.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads expressions, with Jinja's precedence, weakest first from top to bottom. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<Kind> BEGINS_ARGUMENT =
      Set.of(Kind.NAME, Kind.STRING, Kind.INTEGER, Kind.FLOAT);

  private final TokenStream tokens;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** One expression, or a tuple of several without parentheses. */
  Expression expressions(boolean conditional) {
    Expression first = conditional ? expression() : or();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      if (endsTuple()) {
        break;
      }
      items.add(conditional ? expression() : or());
    }
    return new Expression.TupleOf(items);
  }

  private boolean endsTuple() {
    return tokens.is(Kind.OUTPUT_END)
        || tokens.is(Kind.TAG_END)
        || tokens.isOperator(")")
        || tokens.isName("recursive");
  }

  Expression expression() {
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expression.Conditional(condition, value, otherwise);
    }
    return value;
  }

  Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not());
    }
    return left;
  }

  private Expression not() {
    return tokens.skipName("not") ? new Expression.Not(not()) : comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      if (tokens.is(Kind.OPERATOR) && COMPARISONS.contains(tokens.current().text())) {
        operators.add(tokens.next().text());
      } else if (tokens.skipName("in")) {
        operators.add("in");
      } else if (tokens.isName("not") && tokens.following().isName("in")) {
        tokens.next();
        tokens.next();
        operators.add("not in");
      } else {
        break;
      }
      others.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others);
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      left = new Expression.Arithmetic(tokens.next().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expression.Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (tokens.isOperator("*")
        || tokens.isOperator("/")
        || tokens.isOperator("//")
        || tokens.isOperator("%")) {
      left = new Expression.Arithmetic(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.isOperator("**")) {
      left = new Expression.Arithmetic(tokens.next().text(), left, unary(true));
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Expression value =
        tokens.isOperator("-") || tokens.isOperator("+")
            ? new Expression.Signed(tokens.next().text(), unary(false))
            : primary();
    value = postfix(value);
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    Token token = tokens.current();
    switch (token.kind()) {
      case NAME -> {
        tokens.next();
        return switch (token.text()) {
          case "true", "True" -> new Expression.Literal(true);
          case "false", "False" -> new Expression.Literal(false);
          case "none", "None" -> new Expression.Literal(None.NONE);
          default -> new Expression.Name(token.text());
        };
      }
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (tokens.is(Kind.STRING)) {
          text.append(tokens.next().text());
        }
        return new Expression.Literal(text.toString());
      }
      case INTEGER -> {
        tokens.next();
        return new Expression.Literal(integer(token));
      }
      case FLOAT -> {
        tokens.next();
        return new Expression.Literal(Double.parseDouble(token.text()));
      }
      case OPERATOR -> {
        if (tokens.skipOperator("(")) {
          return parenthesised();
        }
        if (tokens.skipOperator("[")) {
          return new Expression.ListOf(items("]"));
        }
        if (tokens.skipOperator("{")) {
          return dict();
        }
      }
      case DATA, OUTPUT_BEGIN, OUTPUT_END, TAG_BEGIN, TAG_END, END -> {}
    }
    throw tokens.error("expected an expression, found " + token);
  }

  private static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw new TemplateException("chat template: the number " + token.text() + " is too large");
    }
  }

  private Expression parenthesised() {
    if (tokens.skipOperator(")")) {
      return new Expression.TupleOf(List.of());
    }
    Expression inner = expressions(true);
    tokens.expectOperator(")");
    return inner;
  }

  private List<Expression> items(String close) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator(close)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(close)) {
          break;
        }
      }
      items.add(expression());
    }
    return items;
  }

  private Expression dict() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      tokens.expectOperator(":");
      values.add(expression());
    }
    return new Expression.DictOf(keys, values);
  }

  /** {@code .name}, {@code [key]} and {@code (arguments)} after a value. */
  private Expression postfix(Expression value) {
    Expression whole = value;
    while (true) {
      if (tokens.skipOperator(".")) {
        Token name = tokens.next();
        whole =
            switch (name.kind()) {
              case NAME -> new Expression.Attribute(whole, name.text());
              case INTEGER -> new Expression.Item(whole, new Expression.Literal(integer(name)));
              case DATA,
                  OUTPUT_BEGIN,
                  OUTPUT_END,
                  TAG_BEGIN,
                  TAG_END,
                  STRING,
                  FLOAT,
                  OPERATOR,
                  END ->
                  throw tokens.error("expected a name after '.', found " + name);
            };
      } else if (tokens.skipOperator("[")) {
        whole = subscript(whole);
      } else if (tokens.isOperator("(")) {
        whole = new Expression.Call(whole, arguments());
      } else {
        return whole;
      }
    }
  }

  private Expression subscript(Expression target) {
    Expression start = tokens.isOperator(":") ? null : expression();
    if (start != null && tokens.skipOperator("]")) {
      return new Expression.Item(target, start);
    }
    tokens.expectOperator(":");
    Expression stop = tokens.isOperator(":") || tokens.isOperator("]") ? null : expression();
    Expression step = tokens.skipOperator(":") && !tokens.isOperator("]") ? expression() : null;
    tokens.expectOperator("]");
    return new Expression.Slice(target, start, stop, step);
  }

  /** Filters, tests and calls of their results, in the order in which they stand. */
  private Expression filters(Expression value) {
    Expression whole = value;
    while (true) {
      if (tokens.isOperator("|")) {
        whole = filter(whole);
      } else if (tokens.skipName("is")) {
        whole = check(whole);
      } else if (tokens.isOperator("(")) {
        whole = new Expression.Call(whole, arguments());
      } else {
        return whole;
      }
    }
  }

  /** A chain of filters; the first one needs no bar in front of it in a filter block. */
  Expression filterChain(Expression value) {
    Expression whole = new Expression.Filter(value, dottedName(), argumentsIfAny());
    while (tokens.isOperator("|")) {
      whole = filter(whole);
    }
    return whole;
  }

  Expression filter(Expression value) {
    tokens.expectOperator("|");
    return new Expression.Filter(value, dottedName(), argumentsIfAny());
  }

  private Passed argumentsIfAny() {
    return tokens.isOperator("(") ? arguments() : Passed.NOTHING;
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, "a name").text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME, "a name").text());
    }
    return name.toString();
  }

  private Expression check(Expression value) {
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    Passed passed = Passed.NOTHING;
    if (tokens.isOperator("(")) {
      passed = arguments();
    } else if ((BEGINS_ARGUMENT.contains(tokens.current().kind())
            || tokens.isOperator("[")
            || tokens.isOperator("{"))
        && !tokens.isName("else")
        && !tokens.isName("or")
        && !tokens.isName("and")) {
      if (tokens.isName("is")) {
        throw tokens.error("tests cannot be chained with 'is'");
      }
      passed = new Passed(List.of(postfix(primary())), Map.of(), null, null);
    }
    Expression check = new Expression.Check(value, name, passed);
    return negated ? new Expression.Not(check) : check;
  }

  Passed arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression star = null;
    Expression doubleStar = null;
    boolean first = true;
    while (!tokens.skipOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.skipOperator("*")) {
        star = expression();
      } else if (tokens.skipOperator("**")) {
        doubleStar = expression();
      } else if (tokens.is(Kind.NAME) && tokens.following().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
    }
    return new Passed(positional, named, star, doubleStar);
  }
}
