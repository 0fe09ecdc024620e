package io.rlhf4j.label.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.SessionStore.Session;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The labeling app as a running server. */
public final class LabelServer implements AutoCloseable {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  /**
   * Where the server listens.
   *
   * @param port 0 for any free one
   * @param publicUrl how people reach it, as in {@code https://label.example.org}; null when they
   *     come to host and port themselves
   */
  public record Options(String host, int port, @Nullable String publicUrl) {
    boolean https() {
      return publicUrl != null && publicUrl.startsWith("https://");
    }
  }

  private final Javalin javalin;
  private final Stores stores;
  private final Options options;

  private LabelServer(Javalin javalin, Stores stores, Options options) {
    this.javalin = javalin;
    this.stores = stores;
    this.options = options;
  }

  /**
   * Starts over an open database, which the caller closes after the server.
   *
   * @param crashes takes what went wrong inside, for us
   */
  public static LabelServer start(Database database, Options options, Consumer<Exception> crashes) {
    Stores stores = Stores.over(database);
    Exchange.Frame frame =
        new Exchange.Frame(
            TemplateEngine.createPrecompiled(ContentType.Html),
            new Assets(),
            new Cookies(options.https()));
    Gate gate = new Gate(stores.sessions(), frame);
    List<Route> routes = Routes.table(stores, options);
    Javalin javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.http.compressionStrategy = CompressionStrategy.NONE;
              config.http.maxRequestSize = Long.MAX_VALUE; // the gate bounds each route by itself
              config.routes.before(context -> guard(context, options));
              for (Route route : routes) {
                config.routes.addHttpHandler(
                    HandlerType.findOrCreate(route.method().name()),
                    route.path(),
                    gate.before(route));
              }
              failures(config, gate, frame, crashes);
            });
    try {
      javalin.start(options.host(), options.port());
    } catch (JavalinBindException e) {
      throw new InputException(
          "cannot listen on %s:%d: %s. Choose another port with --port, or stop the program that has it"
              .formatted(options.host(), options.port(), reason(e)),
          e);
    }
    return new LabelServer(javalin, stores, options);
  }

  private static String reason(JavalinBindException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("already in use")
        ? "another program listens there"
        : message.replaceAll("\\s+", " ");
  }

  /** On every answer: no foreign script, no frame, no guessing of types, nothing kept by caches. */
  private static void guard(Context context, Options options) {
    context
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Frame-Options", "DENY")
        .header("Referrer-Policy", "same-origin")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Cache-Control", "no-store");
    if (options.https()) {
      context.header("Strict-Transport-Security", "max-age=31536000");
    }
  }

  private static void failures(
      JavalinConfig config, Gate gate, Exchange.Frame frame, Consumer<Exception> crashes) {
    config.routes.exception(
        Refusal.class,
        (e, context) -> refuse(context, gate, frame, e.status(), String.valueOf(e.getMessage())));
    config.routes.exception(
        InputException.class,
        (e, context) -> refuse(context, gate, frame, 400, String.valueOf(e.getMessage())));
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          crashes.accept(e);
          refuse(context, gate, frame, 500, "Something failed inside the app; nothing was stored.");
        });
    config.routes.error(
        404,
        context -> {
          if (context.attribute("answered") == null) {
            refuse(context, gate, frame, 404, "There is no such page.");
          }
        });
  }

  /** A sentence as JSON for scripts, as a page for people. */
  private static void refuse(
      Context context, Gate gate, Exchange.Frame frame, int status, String sentence) {
    context.status(status);
    context.attribute("answered", true);
    String accept = context.header("Accept");
    Session session = gate.session(context);
    Exchange exchange =
        new Exchange(context, frame, session, session == null ? "" : session.csrf(), new byte[0]);
    if (accept != null && accept.contains("text/html")) {
      exchange.page("refusal.jte", "That did not work", sentence);
    } else {
      exchange.json(Map.of("error", sentence));
    }
  }

  public int port() {
    return javalin.port();
  }

  /** How people reach the app; without a slash at the end. */
  public String url() {
    String given = options.publicUrl();
    if (given != null) {
      return given.replaceAll("/+$", "");
    }
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return "http://" + host + ":" + port();
  }

  /** A link that makes the first lead, or null when there is one already. */
  public @Nullable String setupLink() {
    return stores.people().hasLead()
        ? null
        : url() + "/join/" + stores.people().invite(PersonRole.LEAD, "first lead", null);
  }

  /** The same people, for whoever started the server in a test. */
  public Stores stores() {
    return stores;
  }

  /** Signs somebody in without a password and returns the cookie; for tests within this program. */
  String signIn(Person person) {
    return (options.https() ? "__Host-" : "") + "rlhf4j-session=" + stores.sessions().start(person);
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
