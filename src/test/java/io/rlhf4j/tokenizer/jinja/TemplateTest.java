package io.rlhf4j.tokenizer.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TemplateTest {
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TestFactory
  List<DynamicTest> everyTemplateGivesPythonsTextOrAnError() throws IOException {
    JsonNode file;
    try (InputStream in = TemplateTest.class.getResourceAsStream("templates.json")) {
      file = new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
    ObjectNode variables = (ObjectNode) file.path("variables");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode example : file.path("cases")) {
      String source = example.path("template").asText();
      tests.add(
          dynamicTest(
              source.replace("\n", "\\n"),
              () -> {
                if (example.has("error")) {
                  assertThatThrownBy(() -> Template.parse(source).render(variables))
                      .isInstanceOf(TemplateException.class);
                } else {
                  assertThat(Template.parse(source).render(variables).text())
                      .isEqualTo(example.path("text").asText());
                }
              }));
    }
    assertThat(tests).hasSizeGreaterThan(200);
    return tests;
  }

  @Test
  void mistakesAreReportedWithTheirLine() {
    assertThatThrownBy(() -> Template.parse("a\n\n{% if x %}\n{{ 1 + }}"))
        .isInstanceOf(TemplateException.class)
        .hasMessage("chat template line 4: expected an expression, found '}}'");
    assertThatThrownBy(() -> Template.parse("a\n{% include 'x' %}"))
        .hasMessage("chat template line 2: the tag 'include' is not supported in chat templates");
    assertThatThrownBy(() -> Template.parse("{% break %}"))
        .hasMessage("chat template line 1: 'break' stands outside of a loop");
  }

  @Test
  void whatIsNotSupportedIsAnErrorAndNeverOtherText() {
    for (String source :
        List.of(
            "{{ 'x' | urlencode }}",
            "{{ ('x' | safe) + '<' }}",
            "{{ 'x'.encode() }}",
            "{{ '{:>5}'.format(1) }}",
            "{{ cycler('a') }}",
            "{{ [1] | map('string') }}",
            "{{ {true: 1} }}",
            "{{ 9223372036854775807 + 1 }}",
            "{% for x in [] recursive %}{% endfor %}",
            "{{ [] is sameas [] }}",
            "{{ 'x'.__class__ }}",
            "{{ strftime_now('%d') }}")) {
      assertThatThrownBy(() -> Template.parse(source).render(NOTHING))
          .as(source)
          .isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void generationBlocksAreMarkedOnThePage() {
    Template.Rendering rendering =
        Template.parse("user:{% generation %}hi{{ '!' }}{% endgeneration %} end").render(NOTHING);
    assertThat(rendering.text()).isEqualTo("user:hi! end");
    assertThat(rendering.generated()).containsExactly(new Template.Span(5, 8));
  }

  @Test
  void numbersFromJsonKeepTheirKind() {
    ObjectNode variables = JsonNodeFactory.instance.objectNode();
    variables.put("n", 3).put("x", 3.0).putNull("z");
    assertThat(Template.parse("{{ n }} {{ x }} {{ z }}").render(variables).text())
        .isEqualTo("3 3.0 None");
  }

  @Test
  void floatsArePrintedInTheirShortestForm() {
    // Python: repr(2e-3) == '0.002', repr(2e23) == '2e+23', repr(5e-324) == '5e-324'.
    assertThat(Numbers.repr(2e-3)).isEqualTo("0.002");
    assertThat(Numbers.repr(2e23)).isEqualTo("2e+23");
    assertThat(Numbers.repr(Double.MIN_VALUE)).isEqualTo("5e-324");
    assertThat(Numbers.repr(-1.5e-7)).isEqualTo("-1.5e-07");
    assertThat(Numbers.repr(0.1 + 0.2)).isEqualTo("0.30000000000000004");
  }
}
