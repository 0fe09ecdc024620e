package io.rlhf4j.broken.data;

/** Break a rule, for ArchitectureTest: names that say nothing. */
interface Names {
  interface TextUtil {}

  interface TextUtils {}

  interface TextHelper {}

  interface TextManager {}

  interface TextImpl {}
}
