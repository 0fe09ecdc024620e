package io.rlhf4j.stats;

import io.rlhf4j.data.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Corpus BLEU with the words and defaults of sacrebleu (Papineni et al. 2002; Post 2018): 13a
 * words, sequences of 1 to 4, the closest reference length.
 *
 * @param score 0 to 100
 * @param precisions [4] in percent, smoothed
 * @param brevityPenalty 1 unless the output is shorter than the references
 * @param outputLength words in all outputs
 * @param referenceLength words in the closest references
 * @param counts [4] matches before smoothing
 * @param totals [4] sequences before smoothing
 */
public record Bleu(
    double score,
    List<Double> precisions,
    double brevityPenalty,
    long outputLength,
    long referenceLength,
    List<Long> counts,
    List<Long> totals) {
  /**
   * How {@link #corpus(List, List)} counts, in sacrebleu's words; the last part says who counted.
   */
  public static final String SIGNATURE =
      "nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp|version:rlhf4j";

  private static final int ORDERS = 4;
  private static final double FLOOR = 0.1;

  private static final Pattern SYMBOLS =
      Pattern.compile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])");
  private static final Pattern POINT_BEHIND_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern POINT_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_BEHIND_DIGIT = Pattern.compile("([0-9])(-)");

  /** What to do about orders without a match. */
  public enum Smoothing {
    NONE,
    /** 1/2, 1/4, 1/8 ... match for each order without one: sacrebleu's default. */
    EXP,
    /** 0.1 match. */
    FLOOR,
    /** One more match and one more sequence in the orders 2 to 4. */
    ADD_ONE
  }

  /** With sacrebleu's defaults. */
  public static Bleu corpus(List<String> outputs, List<List<String>> references) {
    return corpus(outputs, references, Smoothing.EXP, false);
  }

  /**
   * @param outputs [texts]
   * @param references [texts][at least 1]
   */
  public static Bleu corpus(
      List<String> outputs, List<List<String>> references, Smoothing smoothing, boolean lowercase) {
    if (outputs.isEmpty() || outputs.size() != references.size()) {
      throw new InputException(
          "BLEU needs references for each output, had %d outputs and %d sets of references"
              .formatted(outputs.size(), references.size()));
    }
    long[] counts = new long[ORDERS];
    long[] totals = new long[ORDERS];
    long outputLength = 0;
    long referenceLength = 0;
    for (int t = 0; t < outputs.size(); t++) {
      List<String> said = tokens(outputs.get(t), lowercase);
      List<List<String>> wanted = new ArrayList<>();
      for (String reference : references.get(t)) {
        wanted.add(tokens(reference, lowercase));
      }
      if (wanted.isEmpty()) {
        throw new InputException("BLEU needs at least 1 reference for output " + (t + 1));
      }
      outputLength += said.size();
      referenceLength += closestLength(said.size(), wanted);
      for (int n = 1; n <= ORDERS; n++) {
        counts[n - 1] += matches(said, wanted, n);
        totals[n - 1] += Words.total(said, n);
      }
    }
    double[] precisions = precisions(counts, totals, smoothing);
    return new Bleu(
        score(precisions, outputLength, referenceLength),
        Arrays.stream(precisions).boxed().toList(),
        brevity(outputLength, referenceLength),
        outputLength,
        referenceLength,
        Arrays.stream(counts).boxed().toList(),
        Arrays.stream(totals).boxed().toList());
  }

  /** [10] what adds up over texts: matches and sequences of each order, both lengths. */
  public double[] sums() {
    double[] sums = new double[2 * ORDERS + 2];
    for (int n = 0; n < ORDERS; n++) {
      sums[n] = counts.get(n);
      sums[ORDERS + n] = totals.get(n);
    }
    sums[2 * ORDERS] = outputLength;
    sums[2 * ORDERS + 1] = referenceLength;
    return sums;
  }

  /**
   * The score of texts together, with sacrebleu's defaults.
   *
   * @param sums [10] of each text's {@link #sums}
   */
  public static double score(double[] sums) {
    long[] counts = new long[ORDERS];
    long[] totals = new long[ORDERS];
    for (int n = 0; n < ORDERS; n++) {
      counts[n] = Math.round(sums[n]);
      totals[n] = Math.round(sums[ORDERS + n]);
    }
    return score(precisions(counts, totals, Smoothing.EXP), sums[2 * ORDERS], sums[2 * ORDERS + 1]);
  }

  private static double brevity(double outputLength, double referenceLength) {
    return outputLength >= referenceLength
        ? 1
        : outputLength == 0 ? 0 : Math.exp(1 - referenceLength / outputLength);
  }

  private static double score(double[] precisions, double outputLength, double referenceLength) {
    double logs = 0;
    for (double precision : precisions) {
      logs += Math.log(precision) / ORDERS;
    }
    return brevity(outputLength, referenceLength) * Math.exp(logs);
  }

  /** The words of mteval-v13a. */
  static List<String> tokens13a(String text) {
    String s = text.stripTrailing().replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
    s = s.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    s = SYMBOLS.matcher(" " + s + " ").replaceAll(" $1 ");
    s = POINT_BEHIND_NO_DIGIT.matcher(s).replaceAll("$1 $2 ");
    s = POINT_BEFORE_NO_DIGIT.matcher(s).replaceAll(" $1 $2");
    s = DASH_BEHIND_DIGIT.matcher(s).replaceAll("$1 $2 ");
    return Words.split(s);
  }

  private static List<String> tokens(String text, boolean lowercase) {
    return tokens13a(lowercase ? text.toLowerCase(Locale.ROOT) : text);
  }

  /** Sequences in common, each at most as often as the reference that has it most. */
  private static long matches(List<String> said, List<List<String>> wanted, int n) {
    Map<List<String>, Integer> most = new HashMap<>();
    for (List<String> reference : wanted) {
      Words.counts(reference, n).forEach((gram, count) -> most.merge(gram, count, Math::max));
    }
    long matches = 0;
    for (Map.Entry<List<String>, Integer> gram : Words.counts(said, n).entrySet()) {
      matches += Math.min(gram.getValue(), most.getOrDefault(gram.getKey(), 0));
    }
    return matches;
  }

  /** The shorter of two that are equally close. */
  private static int closestLength(int length, List<List<String>> wanted) {
    int best = wanted.get(0).size();
    for (List<String> reference : wanted) {
      int size = reference.size();
      int nearer = Integer.compare(Math.abs(size - length), Math.abs(best - length));
      if (nearer < 0 || (nearer == 0 && size < best)) {
        best = size;
      }
    }
    return best;
  }

  private static double[] precisions(long[] counts, long[] totals, Smoothing smoothing) {
    double[] precisions = new double[ORDERS];
    if (Arrays.stream(counts).allMatch(count -> count == 0)) {
      return precisions;
    }
    double halved = 1;
    for (int n = 0; n < ORDERS; n++) {
      int added = smoothing == Smoothing.ADD_ONE && n > 0 ? 1 : 0;
      double matches = counts[n] + added;
      double total = totals[n] + added;
      if (total == 0) {
        break;
      }
      if (matches == 0 && smoothing == Smoothing.EXP) {
        halved /= 2;
        matches = halved;
      } else if (matches == 0 && smoothing == Smoothing.FLOOR) {
        matches = FLOOR;
      }
      precisions[n] = 100 * matches / total;
    }
    return precisions;
  }
}
