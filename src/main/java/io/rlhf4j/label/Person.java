package io.rlhf4j.label;

/**
 * Somebody who can sign in.
 *
 * @param pseudonym stands for the person in exports; the name never leaves the database
 */
public record Person(
    String id, String login, String name, String pseudonym, PersonRole role, boolean active) {}
