package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.Sample;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.SftConfig;
import java.util.List;

/** What supervised fine-tuning holds: one model, and a micro-batch of demonstrations. */
final class SftMemory {
  private SftMemory() {}

  static MemoryPlan plan(SftStage.Job job) {
    SftConfig training = job.training();
    if (training.pretrainShare() > 0 && job.pretrain() == null) {
      throw new InputException(
          "training.pretrain_share must be 0 without pretraining text, was "
              + training.pretrainShare()
              + "; give pretrain=FILE or set it to 0");
    }
    Footprint model =
        MemoryParts.learner(
            job.model(), job.precision(), Heads.LANGUAGE, job.lora(), job.gradientCheckpointing());
    List<Sample> samples = samples(job, model.config().maxPositions());
    long rows = Math.min(training.microBatchSize(), Math.min(training.batchSize(), samples.size()));
    long longest = samples.stream().mapToInt(Sample::length).max().orElse(0);
    double mean = samples.stream().mapToInt(Sample::length).average().orElse(0);
    long filled = training.packing() ? (long) Math.max(1, Math.ceil(rows * mean / longest)) : rows;
    long counted =
        training.completionOnly()
            ? (long) samples.stream().mapToInt(s -> s.completion().length).average().orElse(0)
            : (long) mean;
    MemoryParts parts = new MemoryParts();
    parts.trained("model", model, training.optimizer());
    parts.atItsWidest(
        "activations and loss of %d demonstrations of up to %d tokens".formatted(rows, longest),
        step(model, training, filled, Shape.stepped(longest), rows * counted));
    if (training.pretrainShare() > 0) {
      double share = training.pretrainShare() / (1 - training.pretrainShare());
      long mixed = Math.max(1, Math.round(training.batchSize() * share));
      long mixedRows = Math.min(training.microBatchSize(), mixed);
      long length = (long) Math.ceil(mean);
      parts.atItsWidest(
          "activations and loss of %d pretraining rows of %d tokens".formatted(mixedRows, length),
          step(model, training, mixedRows, length, mixedRows * length));
    }
    return parts.plan();
  }

  private static long step(
      Footprint model, SftConfig training, long rows, long length, long counted) {
    long masks = training.residualDropout() > 0 ? model.dropoutMasks(rows * length) : 0;
    return model.castWeights() + model.activations(rows, length) + masks + model.lmLoss(counted);
  }

  private static List<Sample> samples(SftStage.Job job, int positions) {
    int longest = Math.min(job.training().maxLength(), positions);
    try (Tokenizer tokenizer = Tokenizer.load(job.model())) {
      return new Texts(PromptFormat.of(job.format(), tokenizer), longest)
          .demonstrations(DatasetReader.readDemonstrations(job.demonstrations()))
          .orFail("demonstration", longest);
    }
  }
}
