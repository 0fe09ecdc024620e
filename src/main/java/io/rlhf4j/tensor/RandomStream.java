package io.rlhf4j.tensor;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Random numbers that depend on a seed only. The library's default generator is one for the whole
 * process: two stages side by side would take each other's numbers.
 */
public final class RandomStream implements AutoCloseable {
  private final Generator generator;
  private final GeneratorOptional argument;

  private RandomStream(Generator generator) {
    this.generator = generator;
    argument = new GeneratorOptional(generator);
  }

  /** The stream of a seed, from its beginning. */
  public static RandomStream of(long seed) {
    return new RandomStream(torch.make_generator_cpu(seed));
  }

  /** A stream of its own that will give the numbers that this one would give from here on. */
  public RandomStream copied() {
    return new RandomStream(generator.clone());
  }

  /** Fills a tensor with normal numbers. */
  public void normal(Tensor target, double mean, double deviation) {
    target.normal_(mean, deviation, argument);
  }

  /** Fills a tensor with numbers from the interval [-bound, bound). */
  public void uniform(Tensor target, double bound) {
    target.uniform_(-bound, bound, argument);
  }

  /** A tensor of the shape and dtype of another: 1 with the given probability, else 0. */
  public Tensor bernoulliLike(Tensor like, double probability) {
    return torch.empty_like(like).bernoulli_(probability, argument);
  }

  @Override
  public void close() {
    argument.close();
    generator.close();
  }
}
