package io.rlhf4j.eval.chart;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Writes one SVG drawing; colours and strokes come from classes in the page's style sheet. */
final class Svg {
  /** Where a text is held. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder out = new StringBuilder();

  /**
   * @param css class of the drawing, to place it
   * @param title its name for those who cannot see it
   * @param description its numbers in words
   */
  Svg(String css, double width, double height, String title, String description) {
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" class=\"")
        .append(css)
        .append("\" viewBox=\"0 0 ")
        .append(number(width))
        .append(' ')
        .append(number(height))
        .append("\"><title>")
        .append(Markup.escape(title))
        .append("</title><desc>")
        .append(Markup.escape(description))
        .append("</desc>");
  }

  Svg line(String css, double x1, double y1, double x2, double y2) {
    out.append("<line class=\"").append(css).append('"');
    attribute("x1", x1);
    attribute("y1", y1);
    attribute("x2", x2);
    attribute("y2", y2);
    out.append("/>");
    return this;
  }

  Svg circle(String css, double x, double y, double radius) {
    out.append("<circle class=\"").append(css).append('"');
    attribute("cx", x);
    attribute("cy", y);
    attribute("r", radius);
    out.append("/>");
    return this;
  }

  Svg rect(String css, double x, double y, double width, double height) {
    out.append("<rect class=\"").append(css).append('"');
    attribute("x", x);
    attribute("y", y);
    attribute("width", Math.max(0, width));
    attribute("height", Math.max(0, height));
    out.append("/>");
    return this;
  }

  Svg path(String css, CharSequence data) {
    out.append("<path class=\"").append(css).append("\" d=\"").append(data).append("\"/>");
    return this;
  }

  Svg text(String css, double x, double y, Anchor anchor, String text) {
    out.append("<text class=\"").append(css).append('"');
    attribute("x", x);
    attribute("y", y);
    if (anchor != Anchor.START) {
      out.append(" text-anchor=\"").append(anchor == Anchor.END ? "end" : "middle").append('"');
    }
    out.append('>').append(Markup.escape(text)).append("</text>");
    return this;
  }

  /** Opens a group in one colour that says something when it is pointed at. */
  Svg group(Tone tone, String tip) {
    out.append("<g class=\"").append(tone.css()).append("\"><title>");
    out.append(Markup.escape(tip)).append("</title>");
    return this;
  }

  Svg endGroup() {
    out.append("</g>");
    return this;
  }

  String end() {
    return out.append("</svg>").toString();
  }

  /** At most two decimals, no exponent, no trailing zeros. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a chart cannot place " + value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private void attribute(String name, double value) {
    out.append(' ').append(name).append("=\"").append(number(value)).append('"');
  }
}
