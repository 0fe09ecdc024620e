package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest {
  private static final int BATCH = 2;
  private static final int HEADS = 3;
  private static final int WIDTH = 8;

  /** The slow twin: one whole square of scores. */
  private static Tensor square(Tensor query, Tensor key, Tensor value, Tensor mask) {
    Tensor scores = query.matmul(key.transpose(2, 3)).div(new Scalar(Math.sqrt(WIDTH)));
    return torch.softmax(scores.add(mask), -1).matmul(value);
  }

  private static Tensor random(RandomStream random, int length) {
    Tensor tensor = torch.empty(BATCH, HEADS, length, WIDTH);
    random.normal(tensor, 0, 1);
    return tensor.set_requires_grad(true);
  }

  /** 0 where a token may look: not later, not over a segment's border, not out of the window. */
  private static Tensor mask(int length, int segment, int window) {
    float[] mask = new float[length * length];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < length; j++) {
        boolean seen = j <= i && i / segment == j / segment && i - j < window;
        mask[i * length + j] = seen ? 0 : (float) Attention.HIDDEN;
      }
    }
    return Host.floats(mask, 1, length, length);
  }

  @ParameterizedTest
  @CsvSource({
    // shorter than a block, one whole block, one token more, several blocks
    "5, 1000, 1000",
    "128, 1000, 1000",
    "129, 1000, 1000",
    "300, 1000, 1000",
    "300, 90, 1000",
    "300, 1000, 7",
  })
  void blocksOfQueriesGiveWhatAWholeSquareGives(int length, int segment, int window) {
    try (TensorScope scope = TensorScope.open();
        RandomStream random = RandomStream.of(2)) {
      Tensor[] parts = {random(random, length), random(random, length), random(random, length)};
      Tensor mask = mask(length, segment, window);
      Tensor weights = random(random, length).detach(); // so that each output counts differently
      Tensor twin = square(parts[0], parts[1], parts[2], mask);
      twin.mul(weights).sum().backward();
      float[][] expected = new float[parts.length][];
      for (int i = 0; i < parts.length; i++) {
        expected[i] = Host.floats(parts[i].grad());
        parts[i].mutable_grad().zero_();
      }
      Tensor out = new Attention.Plain(mask).attend(0, parts[0], parts[1], parts[2]);
      out.mul(weights).sum().backward();
      assertThat(Host.floats(out.detach()))
          .containsExactly(Host.floats(twin.detach()), within(1e-5f));
      for (int i = 0; i < parts.length; i++) {
        assertThat(Host.floats(parts[i].grad())).containsExactly(expected[i], within(1e-4f));
      }
    }
  }
}
