package io.rlhf4j.tokenizer.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a template that has a value. */
sealed interface Expression {
  Object eval(Scope scope);

  record Literal(Object value) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return value;
    }
  }

  record Name(String name) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return scope.get(name);
    }
  }

  record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object eval(Scope scope) {
      List<Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item.eval(scope)));
      return values;
    }
  }

  record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return new Tuple(items.stream().map(item -> item.eval(scope)).toList());
    }
  }

  record DictOf(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Map<Object, Object> dict = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        Object key = keys.get(i).eval(scope);
        if (key instanceof Boolean || key instanceof Double) {
          // Python's 1, 1.0 and True are the same key; Java's are three.
          throw new TemplateException(
              "chat template: " + Python.repr(key) + " is not supported as a dict's key");
        }
        dict.put(key, values.get(i).eval(scope));
      }
      return dict;
    }
  }

  /** {@code target.name} */
  record Attribute(Expression target, String name) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Access.attribute(target.eval(scope), name);
    }
  }

  /** {@code target[key]} */
  record Item(Expression target, Expression key) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Access.item(target.eval(scope), key.eval(scope));
    }
  }

  /** {@code target[start:stop:step]} */
  record Slice(
      Expression target,
      @Nullable Expression start,
      @Nullable Expression stop,
      @Nullable Expression step)
      implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Access.slice(
          target.eval(scope), value(start, scope), value(stop, scope), value(step, scope));
    }

    private static @Nullable Long value(@Nullable Expression part, Scope scope) {
      Object value = part == null ? None.NONE : part.eval(scope);
      return value == None.NONE ? null : (Long) Numbers.whole(value, "a slice");
    }
  }

  /** The arguments of a call, of which the starred ones are lists and dicts to be spread out. */
  record Passed(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression star,
      @Nullable Expression doubleStar) {
    static final Passed NOTHING = new Passed(List.of(), Map.of(), null, null);

    Arguments eval(Scope scope) {
      List<Object> values = new ArrayList<>();
      positional.forEach(e -> values.add(e.eval(scope)));
      Map<String, Object> byName = new LinkedHashMap<>();
      named.forEach((name, e) -> byName.put(name, e.eval(scope)));
      if (star != null) {
        values.addAll(Python.list(star.eval(scope)));
      }
      if (doubleStar != null && doubleStar.eval(scope) instanceof Map<?, ?> map) {
        map.forEach((name, value) -> byName.put(Python.str(name), value));
      }
      return new Arguments(values, byName);
    }
  }

  record Call(Expression function, Passed passed) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object target = function.eval(scope);
      if (target instanceof Callable callable) {
        return callable.call(passed.eval(scope));
      }
      if (target instanceof Undefined undefined) {
        throw undefined.error();
      }
      throw new TemplateException(
          "chat template: " + Python.typeName(target) + " is no function to call");
    }
  }

  /** {@code value | name(...)} */
  record Filter(Expression value, String name, Passed passed) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Filters.apply(name, value.eval(scope), passed.eval(scope));
    }
  }

  /** {@code value is name(...)} */
  record Check(Expression value, String name, Passed passed) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Checks.holds(name, value.eval(scope), passed.eval(scope));
    }
  }

  record Not(Expression value) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return !Python.truth(value.eval(scope));
    }
  }

  /** {@code left and right}; gives one of the two values, as in Python. */
  record And(Expression left, Expression right) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object value = left.eval(scope);
      return Python.truth(value) ? right.eval(scope) : value;
    }
  }

  /** {@code left or right}; gives one of the two values, as in Python. */
  record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object value = left.eval(scope);
      return Python.truth(value) ? value : right.eval(scope);
    }
  }

  /** {@code yes if condition else no} */
  record Conditional(Expression condition, Expression yes, @Nullable Expression no)
      implements Expression {
    @Override
    public Object eval(Scope scope) {
      if (Python.truth(condition.eval(scope))) {
        return yes.eval(scope);
      }
      return no == null
          ? new Undefined("the value of an inline if without else whose condition is false")
          : no.eval(scope);
    }
  }

  /** {@code + - * / // % **} */
  record Arithmetic(String operator, Expression left, Expression right) implements Expression {
    @Override
    public Object eval(Scope scope) {
      return Operators.apply(operator, left.eval(scope), right.eval(scope));
    }
  }

  /** {@code -value} or {@code +value} */
  record Signed(String sign, Expression value) implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object number = value.eval(scope);
      if (!Numbers.isNumber(number)) {
        throw Python.unsupported(sign, number, 0L);
      }
      return Numbers.calculate(sign.equals("-") ? "*" : "+", number, sign.equals("-") ? -1L : 0L);
    }
  }

  /** {@code a ~ b ~ c} */
  record Concatenation(List<Expression> parts) implements Expression {
    @Override
    public Object eval(Scope scope) {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(Python.str(part.eval(scope))));
      return text.toString();
    }
  }

  /** {@code a < b <= c}, {@code in} and {@code not in}; each operand is evaluated once. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {
    @Override
    public Object eval(Scope scope) {
      Object left = first.eval(scope);
      Iterator<Expression> rights = others.iterator();
      for (String operator : operators) {
        Object right = rights.next().eval(scope);
        if (!Operators.compare(operator, left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }
}
