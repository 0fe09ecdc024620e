package io.rlhf4j.label.web;

import io.rlhf4j.label.Person;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page's frame needs.
 *
 * @param person null before signing in
 * @param csrf what the page's forms must send as {@code _csrf}
 * @param path the address of this page, to mark its place in the menu
 * @param notice a sentence about what was just done; empty for none
 */
public record Shell(
    String title,
    @Nullable Person person,
    String csrf,
    String path,
    String notice,
    List<Menu.Entry> menu,
    Assets assets) {}
