package io.rlhf4j.model;

import io.rlhf4j.tensor.Host;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Rows of token ids with all that attention needs to know about them. There is no padding side to
 * choose: every token carries its position and the segment it belongs to, and attends to earlier
 * tokens of its own segment only. Segment 0 is padding. Several samples may share a row (packing),
 * and within a segment several completions may share one prompt: they are branches, which see the
 * prompt and themselves but not each other.
 *
 * @param rows B
 * @param length T
 * @param ids [B*T] token ids, row-major
 * @param positions [B*T] position of each token within its sample, from 0
 * @param segments [B*T] 0 = padding, else which sample of the row
 * @param branches [B*T] 0 = seen by all later tokens of the segment, else which branch of it
 */
public record TokenBatch(
    int rows, int length, int[] ids, int[] positions, int[] segments, int[] branches) {
  /** Where a sample went: row and first column. */
  public record Place(int row, int column, int length) {}

  /**
   * A prompt and what follows it in several ways.
   *
   * @param trunk ids that every branch continues
   * @param branches each stands behind the trunk as if it were alone there
   */
  public record Tree(int[] trunk, List<int[]> branches) {
    public Tree {
      branches = List.copyOf(branches);
    }

    /** Tokens of trunk and branches together. */
    public int length() {
      return trunk.length + branches.stream().mapToInt(b -> b.length).sum();
    }
  }

  /** A packed batch and the place of each sample in it. */
  public record Packed(TokenBatch batch, List<Place> places) {}

  /** One sample per row, starting in column 0, padded behind. */
  public static TokenBatch rightPadded(List<int[]> samples, int padId) {
    return rightPadded(samples, longest(samples), padId);
  }

  /**
   * The same in rows of a given length.
   *
   * @throws IllegalArgumentException when a sample is longer than a row
   */
  public static TokenBatch rightPadded(List<int[]> samples, int length, int padId) {
    return padded(samples, length, padId, false);
  }

  /** One sample per row, ending in the last column, padded in front. */
  public static TokenBatch leftPadded(List<int[]> samples, int padId) {
    return padded(samples, longest(samples), padId, true);
  }

  private static int longest(List<int[]> samples) {
    return samples.stream().mapToInt(s -> s.length).max().orElse(0);
  }

  private static TokenBatch padded(List<int[]> samples, int length, int padId, boolean left) {
    TokenBatch batch = empty(samples.size(), length, padId);
    for (int row = 0; row < samples.size(); row++) {
      int[] sample = samples.get(row);
      requireFits(sample.length, length);
      batch.put(new Tree(sample, List.of()), row, left ? length - sample.length : 0, 1);
    }
    return batch;
  }

  /**
   * Packs samples into as few rows of {@code length} as first-fit-decreasing finds. Attention does
   * not cross from one sample to another.
   *
   * @throws IllegalArgumentException when a sample is longer than a row
   */
  public static Packed packed(List<int[]> samples, int length, int padId) {
    return packedTrees(
        samples.stream().map(sample -> new Tree(sample, List.of())).toList(), length, padId);
  }

  /** The same with trees; in its row a tree's trunk comes first, then branch after branch. */
  public static Packed packedTrees(List<Tree> samples, int length, int padId) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> Integer.compare(samples.get(b).length(), samples.get(a).length()));
    List<Integer> used = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    Place[] places = new Place[samples.size()];
    int[] segmentOf = new int[samples.size()];
    for (int i : order) {
      int size = samples.get(i).length();
      requireFits(size, length);
      int row = 0;
      while (row < used.size() && used.get(row) + size > length) {
        row++;
      }
      if (row == used.size()) {
        used.add(0);
        counts.add(0);
      }
      places[i] = new Place(row, used.get(row), size);
      used.set(row, used.get(row) + size);
      counts.set(row, counts.get(row) + 1);
      segmentOf[i] = counts.get(row);
    }
    TokenBatch batch = empty(used.size(), length, padId);
    for (int i = 0; i < places.length; i++) {
      batch.put(samples.get(i), places[i].row(), places[i].column(), segmentOf[i]);
    }
    return new Packed(batch, List.of(places));
  }

  private static void requireFits(int size, int length) {
    if (size > length) {
      throw new IllegalArgumentException(
          "a sample of " + size + " tokens does not fit a row of " + length);
    }
  }

  private static TokenBatch empty(int rows, int length, int padId) {
    int[] ids = new int[rows * length];
    java.util.Arrays.fill(ids, padId);
    int size = rows * length;
    return new TokenBatch(rows, length, ids, new int[size], new int[size], new int[size]);
  }

  private void put(Tree tree, int row, int column, int segment) {
    int at = row * length + column;
    put(tree.trunk(), at, 0, segment, 0);
    at += tree.trunk().length;
    for (int i = 0; i < tree.branches().size(); i++) {
      int[] branch = tree.branches().get(i);
      put(branch, at, tree.trunk().length, segment, i + 1);
      at += branch.length;
    }
  }

  private void put(int[] tokens, int at, int position, int segment, int branch) {
    for (int i = 0; i < tokens.length; i++) {
      ids[at + i] = tokens[i];
      positions[at + i] = position + i;
      segments[at + i] = segment;
      branches[at + i] = branch;
    }
  }

  /**
   * Whether the token at one column sees the token at an earlier column (or itself).
   *
   * @param row in [0, B)
   * @param reader column in [0, T)
   * @param read column in [0, reader]
   */
  public boolean sees(int row, int reader, int read) {
    int a = row * length + reader;
    int b = row * length + read;
    return segments[a] == segments[b] && (branches[b] == 0 || branches[a] == branches[b]);
  }

  /** How many positions lie between two columns of a row; a branch starts where its trunk ends. */
  public int distance(int row, int reader, int read) {
    return positions[row * length + reader] - positions[row * length + read];
  }

  /** Number of real tokens. */
  public int tokens() {
    int n = 0;
    for (int segment : segments) {
      n += segment > 0 ? 1 : 0;
    }
    return n;
  }

  /**
   * Whether every row is one sample with padding only behind it: then plain causal attention is
   * right for every real token and no mask per row is needed.
   */
  public boolean causalSuffices() {
    for (int row = 0; row < rows; row++) {
      int before = 1;
      for (int column = 0; column < length; column++) {
        int segment = segments[row * length + column];
        if (segment > before || branches[row * length + column] > 1) {
          return false;
        }
        before = segment;
      }
    }
    return true;
  }

  /** Token ids as a tensor [B, T] int64. */
  public Tensor idTensor() {
    return Host.longs(ids, rows, length);
  }

  /** Positions as a tensor [B, T] int64. */
  public Tensor positionTensor() {
    return Host.longs(positions, rows, length);
  }
}
