package io.rlhf4j.broken.cli;

/** What nobody may see. */
public interface Cli {}
