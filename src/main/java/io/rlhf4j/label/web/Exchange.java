package io.rlhf4j.label.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.javalin.http.Context;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.answer.StorableText;
import io.rlhf4j.label.store.SessionStore.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request that passed the gate, and its answer. */
public final class Exchange {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** What all exchanges share. */
  record Frame(TemplateEngine templates, Assets assets, Cookies cookies) {}

  private final Context context;
  private final Frame frame;
  private final @Nullable Session session;
  private final String csrf;
  private final byte[] body;

  Exchange(Context context, Frame frame, @Nullable Session session, String csrf, byte[] body) {
    this.context = context;
    this.frame = frame;
    this.session = session;
    this.csrf = csrf;
    this.body = body;
  }

  /** Whoever is signed in; the gate has seen to it that somebody is. */
  public Person person() {
    Session here = session;
    if (here == null) {
      throw new IllegalStateException("a public route has no person");
    }
    return here.person();
  }

  public boolean isSignedIn() {
    return session != null;
  }

  /** What a page's forms and scripts must send back. */
  public String csrf() {
    return csrf;
  }

  /** A part of the address, as {@code campaign} in {@code /work/{campaign}}. */
  public String path(String name) {
    return context.pathParam(name);
  }

  /** A parameter behind the question mark; empty when it is absent. */
  public String query(String name) {
    String value = context.queryParam(name);
    return value == null ? "" : value;
  }

  /** The address of the other side. */
  String remote() {
    return context.ip();
  }

  Cookies cookies() {
    return frame.cookies();
  }

  Context context() {
    return context;
  }

  public Form form() {
    return Form.parse(body);
  }

  /** The body as it came. */
  public byte[] body() {
    return body.clone();
  }

  public JsonValue json() {
    String text = Utf8.decode(body);
    try {
      JsonNode node = MAPPER.readTree(text);
      StorableText.require(node);
      return new JsonValue("the request", "", node);
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "The request is not JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * Answers with a page.
   *
   * @param template its file below {@code src/main/jte}
   * @param view what the template takes as {@code view}
   */
  public void page(String template, String title, Object view) {
    Map<String, Object> parameters = new HashMap<>();
    Person person = session == null ? null : session.person();
    parameters.put(
        "shell",
        new Shell(
            title,
            person,
            csrf,
            context.path(),
            frame.cookies().takeNotice(context),
            Menu.of(person),
            frame.assets()));
    parameters.put("view", view);
    render(template, parameters);
  }

  /** Answers with a part of a page, for htmx. */
  public void part(String template, Object view) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("csrf", csrf);
    parameters.put("view", view);
    render(template, parameters);
  }

  private void render(String template, Map<String, Object> parameters) {
    Utf8ByteOutput output = new Utf8ByteOutput();
    frame.templates().render(template, parameters, output);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(output.getContentLength());
    try {
      output.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    context.contentType("text/html; charset=utf-8").result(bytes.toByteArray());
  }

  /** Answers with JSON: a record, a map or a list. */
  public void json(Object value) {
    try {
      context
          .contentType("application/json; charset=utf-8")
          .result(MAPPER.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** Answers with a file to be saved. */
  public void download(String fileName, String type, byte[] content) {
    context
        .contentType(type)
        .header("Content-Disposition", "attachment; filename=\"" + fileName + "\"")
        .result(content);
  }

  public void status(int status) {
    context.status(status);
  }

  /** Sends the browser to another page of this app. */
  public void redirect(String path) {
    context.status(303).header("Location", path);
  }

  /** The same, with a sentence about what was done. */
  public void redirect(String path, String notice) {
    frame.cookies().giveNotice(context, notice);
    redirect(path);
  }
}
