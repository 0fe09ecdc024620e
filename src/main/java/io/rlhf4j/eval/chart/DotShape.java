package io.rlhf4j.eval.chart;

/** The shape of a dot, for what colour does not say. */
public enum DotShape {
  DISC(""),
  RING("ring"),
  DIAMOND("diamond");

  private final String css;

  DotShape(String css) {
    this.css = css;
  }

  /** Name of its class in the style sheet. */
  public String css() {
    return css;
  }
}
