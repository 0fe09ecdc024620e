package io.rlhf4j.eval.chart;

import java.util.Locale;

/**
 * The palette. Its colours stay apart for colour-blind readers by lightness as well as hue; the
 * page's style sheet gives each one a value for light and one for dark.
 */
public enum Tone {
  GREY,
  SLATE,
  BLUE,
  ORANGE,
  RED,
  GREEN,
  PURPLE,
  INK;

  /** The class that sets the colour of whatever is drawn inside. */
  public String css() {
    return "tone-" + name().toLowerCase(Locale.ROOT);
  }
}
