package io.rlhf4j.sim;

import io.rlhf4j.data.Prompt;

/** A prompt, and the task behind it, which nobody but the world and its labelers may see. */
public record SimPrompt(Prompt prompt, Task task) {}
