package io.rlhf4j.tokenizer.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one kind of object whose attributes a template may set from inside a loop. */
final class Namespace {
  final Map<String, Object> attributes = new LinkedHashMap<>();
}
