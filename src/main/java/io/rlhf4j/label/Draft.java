package io.rlhf4j.label;

/**
 * What somebody has typed so far.
 *
 * @param revision counts the savings, so that a stale tab cannot overwrite a newer one
 * @param body JSON that only the page understands
 */
public record Draft(int revision, String body, long savedAt) {}
