package io.rlhf4j.eval.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.eval.FakeReport;
import io.rlhf4j.eval.chart.Tone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Contrast after WCAG 2.1, sections 1.4.3 (text, 4.5) and 1.4.11 (marks, 3). */
class StyleTest {
  private final String css = ReportHtml.toHtml(FakeReport.empty());

  @Test
  void textStandsOutFromThePaperInLightAndDark() {
    for (Map<String, String> palette : palettes()) {
      for (String text : List.of("ink", "muted", "good", "bad")) {
        for (String ground : List.of("paper", "card")) {
          assertThat(contrast(palette, text, ground))
              .as(text + " on " + ground)
              .isGreaterThanOrEqualTo(4.5);
        }
      }
    }
  }

  /** Grey and orange fall short on white; the number beside each of their marks makes up for it. */
  @Test
  void marksStandOutFromThePaper() {
    for (Map<String, String> palette : palettes()) {
      for (String mark : List.of("slate", "blue", "red", "green", "purple")) {
        assertThat(contrast(palette, mark, "paper")).as(mark).isGreaterThanOrEqualTo(3);
      }
      assertThat(contrast(palette, "grey", "paper")).isGreaterThanOrEqualTo(2.3);
      assertThat(contrast(palette, "orange", "paper")).isGreaterThanOrEqualTo(2.3);
    }
  }

  @Test
  void everyToneHasItsColour() {
    for (Tone tone : Tone.values()) {
      assertThat(css).contains("." + tone.css() + " {");
    }
  }

  /** Light and dark: the first two :root blocks. */
  private List<Map<String, String>> palettes() {
    Matcher roots = Pattern.compile(":root \\{(.*?)\\}", Pattern.DOTALL).matcher(css);
    assertThat(roots.find()).isTrue();
    Map<String, String> light = colours(roots.group(1));
    assertThat(roots.find()).isTrue();
    Map<String, String> dark = new HashMap<>(light);
    dark.putAll(colours(roots.group(1)));
    assertThat(dark).isNotEqualTo(light);
    return List.of(light, dark);
  }

  private static Map<String, String> colours(String block) {
    Map<String, String> colours = new HashMap<>();
    Matcher matcher = Pattern.compile("--([a-z]+): #([0-9a-f]{6});").matcher(block);
    while (matcher.find()) {
      colours.put(matcher.group(1), matcher.group(2));
    }
    return colours;
  }

  private static double contrast(Map<String, String> palette, String a, String b) {
    double first = luminance(palette.getOrDefault(a, "missing")) + 0.05;
    double second = luminance(palette.getOrDefault(b, "missing")) + 0.05;
    return Math.max(first, second) / Math.min(first, second);
  }

  private static double luminance(String hex) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16) / 255.0;
      sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
