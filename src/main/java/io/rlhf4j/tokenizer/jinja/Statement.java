package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A part of a template that prints or sets something. */
sealed interface Statement {
  /** How a statement ends: {@code break} and {@code continue} travel up to their loop. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow run(Scope scope, StringBuilder out);

  /** Runs statements in turn, until one of them leaves its loop's turn. */
  static Flow run(List<Statement> statements, Scope scope, StringBuilder out) {
    for (Statement statement : statements) {
      Flow flow = statement.run(scope, out);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  /** What the statements print, in a scope of their own. */
  private static String captured(List<Statement> body, Scope scope) {
    StringBuilder text = new StringBuilder();
    run(body, new Scope(scope), text);
    return text.toString();
  }

  record Text(String text) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      out.append(text);
      return Flow.NEXT;
    }
  }

  record Print(Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      out.append(Python.str(value.eval(scope)));
      return Flow.NEXT;
    }
  }

  record If(Expression condition, List<Statement> yes, List<Statement> no) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      return Statement.run(Python.truth(condition.eval(scope)) ? yes : no, scope, out);
    }
  }

  /** Only items that pass the filter count as turns; {@code otherwise} runs when there is none. */
  record For(
      Target target,
      Expression items,
      @Nullable Expression filter,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      LoopState loop = new LoopState(filtered(Python.iterate(items.eval(scope)), scope));
      boolean completedATurn = false;
      while (loop.hasNext()) {
        Object item = loop.next();
        Scope turn = new Scope(scope);
        turn.set("loop", loop);
        target.assign(item, turn);
        Flow flow = Statement.run(body, turn, out);
        if (flow == Flow.BREAK) {
          break;
        }
        completedATurn |= flow == Flow.NEXT;
      }
      // Jinja notes a turn at its end, so one that was broken off does not count.
      return completedATurn ? Flow.NEXT : Statement.run(otherwise, new Scope(scope), out);
    }

    private Iterator<Object> filtered(Iterator<Object> all, Scope scope) {
      if (filter == null) {
        return all;
      }
      Expression test = filter;
      return new Iterator<>() {
        private @Nullable Object found;

        @Override
        public boolean hasNext() {
          while (found == null && all.hasNext()) {
            Object item = all.next();
            Scope one = new Scope(scope);
            target.assign(item, one);
            found = Python.truth(test.eval(one)) ? item : null;
          }
          return found != null;
        }

        @Override
        public Object next() {
          if (!hasNext() || found == null) {
            throw new NoSuchElementException();
          }
          Object item = found;
          found = null;
          return item;
        }
      };
    }
  }

  record Set(Target target, Expression value) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      target.assign(value.eval(scope), scope);
      return Flow.NEXT;
    }
  }

  /** A filter chain around {@link Captured}, whose text the block's body gives. */
  record SetBlock(Target target, Expression value, Captured source, List<Statement> body)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      target.assign(source.filter(value, captured(body, scope), scope), scope);
      return Flow.NEXT;
    }
  }

  record FilterBlock(Expression value, Captured source, List<Statement> body) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      out.append(Python.str(source.filter(value, captured(body, scope), scope)));
      return Flow.NEXT;
    }
  }

  /** The place in a filter chain where a block's text goes in. */
  record Captured(String name) {
    Expression expression() {
      return new Expression.Name(name);
    }

    Object filter(Expression chain, String text, Scope scope) {
      Scope inner = new Scope(scope);
      inner.set(name, text);
      return chain.eval(inner);
    }
  }

  record DefineMacro(Macro.Signature signature, List<Statement> body) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      scope.set(signature.name(), new Macro(signature, body, scope));
      return Flow.NEXT;
    }
  }

  /** Calls a macro that calls the block's body back as {@code caller()}. */
  record CallBlock(Expression.Call call, Macro.Signature signature, List<Statement> body)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      Macro caller = new Macro(signature, body, scope);
      Expression.Passed passed = call.passed();
      Map<String, Expression> named = new LinkedHashMap<>(passed.named());
      named.put("caller", new Expression.Literal(caller));
      Expression whole =
          new Expression.Call(
              call.function(),
              new Expression.Passed(
                  passed.positional(), named, passed.star(), passed.doubleStar()));
      out.append(Python.str(whole.eval(scope)));
      return Flow.NEXT;
    }
  }

  record With(List<Target> targets, List<Expression> values, List<Statement> body)
      implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      List<Object> evaluated = new ArrayList<>();
      values.forEach(value -> evaluated.add(value.eval(scope)));
      Scope inner = new Scope(scope);
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(evaluated.get(i), inner);
      }
      return Statement.run(body, inner, out);
    }
  }

  /** What the assistant wrote: printed, and its place on the page noted. */
  record Generation(List<Statement> body) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      String text = captured(body, scope);
      int start = scope.page.length();
      scope.generated.add(new Template.Span(start, start + text.length()));
      out.append(text);
      return Flow.NEXT;
    }
  }

  record Leave(Flow flow) implements Statement {
    @Override
    public Flow run(Scope scope, StringBuilder out) {
      return flow;
    }
  }
}
