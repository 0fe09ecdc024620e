package io.rlhf4j.data;

/** The ten use cases of the paper's Table 1, in its order of frequency. */
public enum UseCase {
  GENERATION,
  OPEN_QA,
  BRAINSTORMING,
  CHAT,
  REWRITE,
  SUMMARIZATION,
  CLASSIFICATION,
  OTHER,
  CLOSED_QA,
  EXTRACT
}
