package io.rlhf4j.model;

import org.bytedeco.pytorch.Tensor;

/** A tensor under its name in a checkpoint, e.g. "model.norm.weight". */
public record NamedTensor(String name, Tensor tensor) {}
