package io.rlhf4j.tokenizer.jinja;

import io.rlhf4j.tokenizer.jinja.Statement.Captured;
import io.rlhf4j.tokenizer.jinja.Statement.Flow;
import io.rlhf4j.tokenizer.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole template. */
final class StatementParser {
  private static final Set<String> UNSUPPORTED =
      Set.of("autoescape", "block", "do", "extends", "from", "import", "include", "trans");

  /** No template can spell this name. */
  private static final Captured CAPTURED = new Captured(" captured");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  StatementParser(List<Token> tokens) {
    this.tokens = new TokenStream(tokens);
    this.expressions = new ExpressionParser(this.tokens);
  }

  List<Statement> template() {
    List<Statement> statements = statements(Set.of());
    if (!tokens.is(Kind.END)) {
      throw tokens.error("unexpected " + tokens.current());
    }
    return statements;
  }

  /** Up to a tag of one of these names, which becomes the current token; or to the end. */
  private List<Statement> statements(Set<String> ends) {
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.current();
      switch (token.kind()) {
        case DATA -> {
          tokens.next();
          statements.add(new Statement.Text(token.text()));
        }
        case OUTPUT_BEGIN -> {
          tokens.next();
          statements.add(new Statement.Print(withoutSafe(expressions.expressions(true))));
          tokens.expect(Kind.OUTPUT_END, "'}}'");
        }
        case TAG_BEGIN -> {
          tokens.next();
          if (tokens.is(Kind.NAME) && ends.contains(tokens.current().text())) {
            return statements;
          }
          statements.add(tag());
        }
        case END -> {
          if (!ends.isEmpty()) {
            throw tokens.error(
                "the template ends where {% " + String.join(" or ", ends) + " %} is missing");
          }
          return statements;
        }
        case OUTPUT_END, TAG_END, NAME, STRING, INTEGER, FLOAT, OPERATOR ->
            throw tokens.error("unexpected " + token);
      }
    }
  }

  /** Without HTML escaping, {@code safe} at the end of an output changes nothing. */
  private static Expression withoutSafe(Expression value) {
    return value instanceof Expression.Filter filter && filter.name().equals("safe")
        ? filter.value()
        : value;
  }

  private void endTag() {
    tokens.expect(Kind.TAG_END, "'%}'");
  }

  /** A block's body after its tag, through its end tag. */
  private List<Statement> body(String end) {
    endTag();
    List<Statement> body = statements(Set.of(end));
    tokens.expectName(end);
    endTag();
    return body;
  }

  /** A body that is called later, from where no loop can be left. */
  private List<Statement> calledBody(String end) {
    int outside = loops;
    loops = 0;
    List<Statement> body = body(end);
    loops = outside;
    return body;
  }

  private Statement tag() {
    Token name = tokens.expect(Kind.NAME, "a tag's name");
    return switch (name.text()) {
      case "if" -> ifTag();
      case "for" -> forTag();
      case "set" -> setTag();
      case "macro" -> macroTag();
      case "call" -> callTag();
      case "filter" -> {
        Expression chain = expressions.filterChain(CAPTURED.expression());
        yield new Statement.FilterBlock(chain, CAPTURED, calledBody("endfilter"));
      }
      case "with" -> withTag();
      case "generation" -> new Statement.Generation(calledBody("endgeneration"));
      case "break", "continue" -> {
        if (loops == 0) {
          throw tokens.error(name + " stands outside of a loop");
        }
        endTag();
        yield new Statement.Leave(name.isName("break") ? Flow.BREAK : Flow.CONTINUE);
      }
      case "print" -> {
        Expression value = expressions.expressions(true);
        endTag();
        yield new Statement.Print(value);
      }
      default ->
          throw tokens.error(
              UNSUPPORTED.contains(name.text())
                  ? "the tag " + name + " is not supported in chat templates"
                  : "unknown tag " + name);
    };
  }

  private Statement ifTag() {
    Expression condition = expressions.expressions(false);
    endTag();
    List<Statement> yes = statements(Set.of("elif", "else", "endif"));
    Token next = tokens.next();
    List<Statement> no = List.of();
    switch (next.text()) {
      case "elif" -> no = List.of(ifTag());
      case "else" -> no = body("endif");
      default -> endTag();
    }
    return new Statement.If(condition, yes, no);
  }

  private Statement forTag() {
    Target target = target(false);
    tokens.expectName("in");
    Expression items = expressions.expressions(false);
    Expression filter = tokens.skipName("if") ? expressions.expression() : null;
    if (tokens.isName("recursive")) {
      throw tokens.error("recursive loops are not supported");
    }
    endTag();
    loops++;
    List<Statement> body = statements(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (tokens.next().isName("else")) {
      otherwise = body("endfor");
    } else {
      endTag();
    }
    return new Statement.For(target, items, filter, body, otherwise);
  }

  private Statement setTag() {
    Target target = target(true);
    if (tokens.skipOperator("=")) {
      Expression value = expressions.expressions(true);
      endTag();
      return new Statement.Set(target, value);
    }
    Expression value = CAPTURED.expression();
    while (tokens.isOperator("|")) {
      value = expressions.filter(value);
    }
    return new Statement.SetBlock(target, value, CAPTURED, body("endset"));
  }

  private Statement macroTag() {
    String name = tokens.expect(Kind.NAME, "a macro's name").text();
    Parameters parameters = parameters();
    int start = tokens.position();
    List<Statement> body = calledBody("endmacro");
    return new Statement.DefineMacro(signature(name, parameters, start), body);
  }

  private Statement callTag() {
    Parameters parameters = tokens.isOperator("(") ? parameters() : new Parameters();
    if (!(expressions.expression() instanceof Expression.Call call)) {
      throw tokens.error("{% call %} needs a call of a macro");
    }
    int start = tokens.position();
    List<Statement> body = calledBody("endcall");
    return new Statement.CallBlock(call, signature("caller", parameters, start), body);
  }

  private Macro.Signature signature(String name, Parameters parameters, int start) {
    return new Macro.Signature(
        name,
        parameters.names,
        parameters.defaults,
        tokens.namesSince(start, "varargs"),
        tokens.namesSince(start, "kwargs"));
  }

  private Statement withTag() {
    List<Target> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.is(Kind.TAG_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(simpleTarget(false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(targets, values, body("endwith"));
  }

  private static final class Parameters {
    final List<String> names = new ArrayList<>();
    final List<@Nullable Expression> defaults = new ArrayList<>();
  }

  private Parameters parameters() {
    Parameters parameters = new Parameters();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!parameters.names.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.names.add(tokens.expect(Kind.NAME, "a parameter's name").text());
      parameters.defaults.add(tokens.skipOperator("=") ? expressions.expression() : null);
    }
    return parameters;
  }

  private Target target(boolean mayBeMember) {
    Target first = simpleTarget(mayBeMember);
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Target> several = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      if (tokens.isName("in") || tokens.isOperator("=") || tokens.is(Kind.TAG_END)) {
        break;
      }
      several.add(simpleTarget(mayBeMember));
    }
    return new Target.Several(several);
  }

  private Target simpleTarget(boolean mayBeMember) {
    if (tokens.skipOperator("(")) {
      Target inner = target(mayBeMember);
      tokens.expectOperator(")");
      return inner;
    }
    String name = tokens.expect(Kind.NAME, "a variable's name").text();
    return mayBeMember && tokens.skipOperator(".")
        ? new Target.Member(name, tokens.expect(Kind.NAME, "an attribute's name").text())
        : new Target.Variable(name);
  }
}
