package io.rlhf4j.label.web;

import io.rlhf4j.label.store.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scripts and styles, under addresses that change with their content, so browsers keep them. */
public final class Assets {
  private static final String OURS = "/io/rlhf4j/label/static/";
  private static final String JARS = "/META-INF/resources/webjars/";

  /** Name in the page, and where it lies on the class path. A new file is one row. */
  private static final Map<String, String> FILES = new LinkedHashMap<>();

  static {
    FILES.put("app.css", OURS + "app.css");
    FILES.put("work.css", OURS + "work.css");
    FILES.put("app.js", OURS + "app.js");
    FILES.put("work.js", OURS + "work.js");
    FILES.put("import.js", OURS + "import.js");
    FILES.put("board.js", OURS + "board.js");
    FILES.put("drafts.js", OURS + "drafts.js");
    FILES.put("versions.js", OURS + "versions.js");
    FILES.put("icon.svg", OURS + "icon.svg");
    FILES.put("htmx.js", JARS + "htmx.org/2.0.10/dist/htmx.min.js");
    FILES.put("sortable.js", JARS + "sortablejs/1.15.6/Sortable.min.js");
  }

  /** One file. */
  record Asset(String type, byte[] bytes) {}

  private final Map<String, Asset> byAddress = new LinkedHashMap<>();
  private final Map<String, String> addresses = new LinkedHashMap<>();

  Assets() {
    FILES.forEach(
        (name, resource) -> {
          byte[] bytes = read(resource);
          String version =
              Ids.hash(new String(bytes, StandardCharsets.ISO_8859_1)).substring(0, 10);
          addresses.put(name, "/static/" + version + "/" + name);
          byAddress.put(version + "/" + name, new Asset(type(name), bytes));
        });
  }

  /** The address to put into a page. */
  public String at(String name) {
    String address = addresses.get(name);
    if (address == null) {
      throw new IllegalArgumentException("no asset named " + name);
    }
    return address;
  }

  @Nullable Asset find(String version, String name) {
    return byAddress.get(version + "/" + name);
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".css" -> "text/css; charset=utf-8";
      case ".js" -> "text/javascript; charset=utf-8";
      case ".svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException("no type for " + name);
    };
  }

  private static byte[] read(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its own file " + resource);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
