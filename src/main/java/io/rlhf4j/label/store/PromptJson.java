package io.rlhf4j.label.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rlhf4j.data.Message;
import java.util.List;

/** Lists that stand in one column as JSON. */
final class PromptJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<List<Message>> MESSAGES = new TypeReference<>() {};
  private static final TypeReference<List<Integer>> NUMBERS = new TypeReference<>() {};

  private PromptJson() {}

  static String write(List<?> list) {
    try {
      return MAPPER.writeValueAsString(list);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("messages and numbers are always JSON", e);
    }
  }

  static List<Message> messages(String json) {
    return read(json, MESSAGES);
  }

  static List<Integer> numbers(String json) {
    return read(json, NUMBERS);
  }

  private static <T> T read(String json, TypeReference<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database holds broken JSON: " + json, e);
    }
  }
}
