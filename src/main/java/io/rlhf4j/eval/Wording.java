package io.rlhf4j.eval;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How numbers are written for people, on the page and in the terminal alike. */
public final class Wording {
  /** What stands where nothing was measured. */
  public static final String DASH = "–";

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private Wording() {}

  /** 0.734 is "73%"; below 10% with one decimal, for there small shares are told apart. */
  public static String percent(double share) {
    return digits(share, decimals(share)) + "%";
  }

  /** The share alone, or a dash. */
  public static String percent(@Nullable Rate rate) {
    return rate == null ? DASH : percent(rate.rate());
  }

  /** "73% (70–76%)", or a dash. */
  public static String interval(@Nullable Rate rate) {
    return rate == null ? DASH : percent(rate.rate()) + " (" + range(rate) + ")";
  }

  /** "70–76%", with the decimals of the rate itself. */
  public static String range(Rate rate) {
    int decimals = decimals(rate.rate());
    return digits(rate.low(), decimals) + "–" + digits(rate.high(), decimals) + "%";
  }

  /** "67:33", wins against losses among pairs that are no tie, or a dash. */
  public static String odds(StaircaseStep.@Nullable Pairs pairs) {
    Rate decided = pairs == null ? null : pairs.decided();
    if (decided == null) {
      return DASH;
    }
    long won = Math.round(decided.rate() * 100);
    return won + ":" + (100 - won);
  }

  /** ", a tie counting half; 67:33 without the 42% of ties", or nothing. */
  public static String besidesTies(StaircaseStep.@Nullable Pairs pairs) {
    if (pairs == null || pairs.decided() == null) {
      return "";
    }
    double all = pairs.wins() + pairs.ties() + pairs.losses();
    return ", a tie counting half; "
        + odds(pairs)
        + " without the "
        + percent(pairs.ties() / all)
        + " of ties";
  }

  /** "5.40 (5.27–5.53)", or a dash. */
  public static String interval(@Nullable Mean mean) {
    return mean == null
        ? DASH
        : fixed(mean.mean(), 2) + " (" + fixed(mean.low(), 2) + "–" + fixed(mean.high(), 2) + ")";
  }

  /** A number with so many decimals, or a dash. */
  public static String fixed(@Nullable Double value, int decimals) {
    if (value == null) {
      return DASH;
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.startsWith("-") ? "−" + text.substring(1) : text;
  }

  /** 17420 is "17,420". */
  public static String exact(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** 412672 is "413k", 4863488 "4.9M"; three digits at most. */
  public static String count(double value) {
    double size = Math.abs(value);
    String[] units = {"", "k", "M", "G", "T"};
    int unit = 0;
    while (size >= 999.5 && unit < units.length - 1) {
      size /= 1000;
      unit++;
    }
    String digits = significant(unit > 0 && size < 9.95 ? round(size, 2) : round(size, 3));
    return (value < 0 ? "−" : "") + digits + units[unit];
  }

  /** 0.0000021 is "2.1 × 10⁻⁶", 1.8412 "1.84", 1024 "1,024". */
  public static String metric(double value) {
    double size = Math.abs(value);
    if (value == 0 || (size >= 1e-3 && size < 999.5)) {
      return significant(round(value, 3));
    }
    if (size >= 999.5 && size < 1e9) {
      return (value < 0 ? "−" : "") + exact(Math.round(size));
    }
    BigDecimal rounded = round(value, 2);
    int power = rounded.precision() - rounded.scale() - 1;
    StringBuilder exponent = new StringBuilder(power < 0 ? "⁻" : "");
    String.valueOf(Math.abs(power))
        .chars()
        .forEach(digit -> exponent.append(SUPERSCRIPTS.charAt(digit - '0')));
    return String.format(Locale.ROOT, "%.1f × 10%s", rounded.scaleByPowerOfTen(-power), exponent);
  }

  /** 461.3 is "7 min 41 s". */
  public static String duration(double seconds) {
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600 ? s / 60 + " min " + s % 60 + " s" : s / 3600 + " h " + s / 60 % 60 + " min";
  }

  private static int decimals(double share) {
    return share > 0 && share < 0.0995 ? 1 : 0;
  }

  private static String digits(double share, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", share * 100);
  }

  private static BigDecimal round(double value, int digits) {
    return new BigDecimal(value, new MathContext(digits));
  }

  private static String significant(BigDecimal value) {
    String text = value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    return text.startsWith("-") ? "−" + text.substring(1) : text;
  }
}
