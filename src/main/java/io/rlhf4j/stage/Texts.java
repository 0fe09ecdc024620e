package io.rlhf4j.stage;

import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.Sample;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.train.PairSample;
import io.rlhf4j.train.RankedSample;
import io.rlhf4j.train.TokenStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts to token ids, with one rule for what is too long: it is left out, counted and said, never
 * cut without a word.
 *
 * @param maxLength longest prompt + completion, in tokens
 */
record Texts(PromptFormat format, int maxLength) {
  /** Encoded rows and how many did not fit. */
  record Encoded<T>(List<T> rows, int tooLong) {
    /** The rows; complains when none is left. */
    List<T> orFail(String what, int maxLength) {
      if (rows.isEmpty()) {
        throw new InputException(
            "no "
                + what
                + " is left: all "
                + tooLong
                + " are longer than max_length = "
                + maxLength);
      }
      if (tooLong > 0) {
        System.err.printf(
            "%d of %d %ss are longer than max_length = %d and left out%n",
            tooLong, tooLong + rows.size(), what, maxLength);
      }
      return rows;
    }
  }

  Encoded<Sample> demonstrations(List<Demonstration> demonstrations) {
    List<Sample> rows = new ArrayList<>();
    for (Demonstration d : demonstrations) {
      Sample sample =
          new Sample(format.promptIds(d.prompt()), format.completionIds(d.completion()));
      if (sample.length() <= maxLength) {
        rows.add(sample);
      }
    }
    return new Encoded<>(rows, demonstrations.size() - rows.size());
  }

  /** Rankings; one in which all are tied teaches nothing and is left out as well. */
  Encoded<RankedSample> rankings(List<Ranking> rankings) {
    List<RankedSample> rows = new ArrayList<>();
    int tooLong = 0;
    for (Ranking ranking : rankings) {
      int[] prompt = format.promptIds(ranking.prompt());
      List<int[]> completions = ranking.completions().stream().map(format::completionIds).toList();
      int[] ranks = ranking.ranks().stream().mapToInt(Integer::intValue).toArray();
      RankedSample row = new RankedSample(prompt, completions, ranks, ranking.labeler());
      if (completions.stream().anyMatch(c -> prompt.length + c.length > maxLength)) {
        tooLong++;
      } else if (row.pairs() > 0) {
        rows.add(row);
      }
    }
    return new Encoded<>(rows, tooLong);
  }

  Encoded<PairSample> comparisons(List<Comparison> comparisons) {
    List<PairSample> rows = new ArrayList<>();
    for (Comparison c : comparisons) {
      int[] prompt = format.promptIds(c.prompt());
      int[] chosen = format.completionIds(c.chosen());
      int[] rejected = format.completionIds(c.rejected());
      if (prompt.length + Math.max(chosen.length, rejected.length) <= maxLength) {
        rows.add(new PairSample(prompt, chosen, rejected));
      }
    }
    return new Encoded<>(rows, comparisons.size() - rows.size());
  }

  /** Prompts that leave room for a completion of {@code newTokens}. */
  Encoded<int[]> prompts(List<Prompt> prompts, int newTokens) {
    List<int[]> rows = new ArrayList<>();
    for (Prompt prompt : prompts) {
      int[] ids = format.promptIds(prompt);
      if (ids.length + newTokens <= maxLength) {
        rows.add(ids);
      }
    }
    return new Encoded<>(rows, prompts.size() - rows.size());
  }

  /** Plain text as one stream. */
  TokenStream stream(List<String> texts) {
    return TokenStream.of(format.tokenizer().encodeAll(texts), format.tokenizer().eosId());
  }
}
