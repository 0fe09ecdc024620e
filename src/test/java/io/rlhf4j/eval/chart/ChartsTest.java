package io.rlhf4j.eval.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.eval.chart.LineChart.Line;
import io.rlhf4j.eval.chart.LineChart.Point;
import io.rlhf4j.eval.chart.StaircaseChart.Column;
import io.rlhf4j.eval.chart.StaircaseChart.Dot;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ChartsTest {
  @Test
  void markupIsEscapedAndForbiddenCharactersAreReplaced() {
    assertThat(Markup.escape("<a href=\"x\">'&'</a>\n"))
        .isEqualTo("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\n");
    assertThat(Markup.escape("a\u0000b\u001bc\ud800d\uffffe")).isEqualTo("a�b�c�d�e");
    assertThat(Markup.escape("ä 中 😀")).isEqualTo("ä 中 😀");
  }

  @Property
  void ticksAreOnTheAxisAndEvenlyApart(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double low,
      @ForAll @DoubleRange(min = 0.01, max = 1e6) double span) {
    Scale scale = new Scale(low, low + span, 0, 100);
    List<Double> ticks = scale.ticks(4);
    assertThat(ticks).hasSizeBetween(2, 8);
    double step = ticks.get(1) - ticks.get(0);
    for (int i = 0; i < ticks.size(); i++) {
      assertThat(scale.at(ticks.get(i))).isBetween(-1e-3, 100 + 1e-3);
      assertThat(ticks.get(i)).isCloseTo(ticks.get(0) + i * step, within(step * 1e-6));
    }
  }

  @Test
  void anAxisThatNearlyReachesZeroReachesIt() {
    assertThat(Scale.covering(0.2, 2, 0, 1).low()).isZero();
    assertThat(Scale.covering(1.8, 2, 0, 1).low()).isBetween(1.7, 1.8);
    assertThat(Scale.covering(3, 3, 0, 1).low()).isLessThan(3);
  }

  @Test
  void aSpikeInALongCurveStaysInTheDrawing() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      points.add(new Point(i, i == 7_777 ? 100.0 : i % 3 / 10.0));
    }
    String svg = line(points);
    // The axis runs from 0 to 104, so 100 lies at 162 - 100/104 * 154 = 13.92.
    assertThat(svg).contains(" 13.92");
    assertThat(svg.length()).isLessThan(8_000);
  }

  @Test
  void aGapInACurveIsAGapInTheDrawing() {
    String svg = line(List.of(new Point(0, 1.0), new Point(1, null), new Point(2, 2.0)));
    assertThat(svg.split("M", -1)).hasSize(3);
    assertThat(line(List.of(new Point(0, null)))).contains("no finite values");
    assertThat(line(List.of())).contains("no finite values");
  }

  @Test
  void aDotStandsAtItsShareAndIsDescribedInWords() {
    String svg =
        new StaircaseChart(
                "title",
                List.of(
                    new Column(
                        "SFT", Tone.BLUE, List.of(new Dot("large", DotShape.DISC, 0.5, 0.4, 0.6))),
                    new Column("DPO", Tone.GREEN, List.of())),
                0.5,
                "half")
            .wide();
    // Floor at 400 - 44 = 356, top at 26: one half is at 191.
    Matcher dot = Pattern.compile("<circle class=\"dot\" cx=\"290\" cy=\"191\"").matcher(svg);
    assertThat(dot.find()).isTrue();
    assertThat(svg).contains("<desc>SFT: large 50% (40 to 60%); DPO: not measured.</desc>");
  }

  @Test
  void numbersInDrawingsAreShortAndFinite() {
    assertThat(Svg.number(1.0)).isEqualTo("1");
    assertThat(Svg.number(100)).isEqualTo("100");
    assertThat(Svg.number(-0.001)).isEqualTo("0");
    assertThat(Svg.number(2.345678)).isEqualTo("2.35");
    assertThatThrownBy(() -> Svg.number(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  private static String line(List<Point> points) {
    Line line = new Line("loss", Tone.BLUE, false, points);
    return new LineChart("title", "step", List.of(line), false, String::valueOf).draw();
  }
}
