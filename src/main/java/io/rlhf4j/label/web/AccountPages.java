package io.rlhf4j.label.web;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.store.Ids;
import io.rlhf4j.label.store.PersonStore.Invitation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Coming and going: sign in, sign out, accept an invitation. */
public final class AccountPages {
  private static final int LOGIN_TRIES = 8;
  private static final int ADDRESS_TRIES = 60;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  /** The sign-in form. */
  public record Login(String login, String next, String error) {}

  /** The form of an invitation. */
  public record Join(String token, String role, String login, String name, String error) {}

  private final Stores stores;
  private final RateLimit byLogin;
  private final RateLimit byAddress;

  /** Nobody's password: compared with when a login is unknown, so that the answer takes as long. */
  private static final class Nobody {
    static final String HASH = Passwords.hash(Ids.token());
  }

  AccountPages(Stores stores) {
    this.stores = stores;
    InstantSource clock = stores.database()::instant;
    this.byLogin = new RateLimit(LOGIN_TRIES, WINDOW, clock);
    this.byAddress = new RateLimit(ADDRESS_TRIES, WINDOW, clock);
  }

  List<Route> routes() {
    return List.of(
        Route.get("/login", Access.PUBLIC, this::loginForm),
        Route.post("/login", Access.PUBLIC, this::login),
        Route.post("/logout", Access.SIGNED_IN, this::logout),
        Route.get("/join/{token}", Access.PUBLIC, this::joinForm),
        Route.post("/join/{token}", Access.PUBLIC, this::join));
  }

  private void loginForm(Exchange exchange) {
    exchange.page("login.jte", "Sign in", new Login("", exchange.query("next"), ""));
  }

  private void login(Exchange exchange) {
    Form form = exchange.form();
    String login = form.get("login").strip().toLowerCase(Locale.ROOT);
    String name = "login " + login;
    String address = "address " + exchange.remote();
    if (!byLogin.allows(name) || !byAddress.allows(address)) {
      throw new Refusal(429, "Too many attempts; wait ten minutes and try again.");
    }
    Person person = stores.people().byLogin(login);
    @Nullable String hash = person == null ? null : stores.people().passwordHash(person.id());
    boolean right = Passwords.matches(form.get("password"), hash == null ? Nobody.HASH : hash);
    if (person == null || !right || !person.active()) {
      byLogin.failed(name);
      byAddress.failed(address);
      exchange.status(401);
      exchange.page(
          "login.jte",
          "Sign in",
          new Login(login, form.get("next"), "Login and password do not fit together."));
      return;
    }
    byLogin.succeeded(name);
    enter(exchange, person, form.get("next"));
  }

  private void enter(Exchange exchange, Person person, String next) {
    exchange.cookies().setSession(exchange.context(), stores.sessions().start(person));
    // Only to our own pages: "//host" would be another site.
    boolean ours = next.matches("/[A-Za-z0-9][A-Za-z0-9/_-]*");
    exchange.redirect(ours ? next : "/");
  }

  private void logout(Exchange exchange) {
    String token = exchange.cookies().session(exchange.context());
    if (token != null) {
      stores.sessions().end(token);
    }
    exchange.cookies().clearSession(exchange.context());
    exchange.redirect("/login");
  }

  private Invitation invitation(Exchange exchange) {
    Invitation invitation = stores.people().invitation(exchange.path("token"));
    if (invitation == null) {
      throw new Refusal(404, "This invitation was used already or is too old; ask for a new one.");
    }
    return invitation;
  }

  private void joinForm(Exchange exchange) {
    Invitation invitation = invitation(exchange);
    exchange.page(
        "join.jte",
        "Welcome",
        new Join(exchange.path("token"), invitation.role().title, "", "", ""));
  }

  private void join(Exchange exchange) {
    Invitation invitation = invitation(exchange);
    Form form = exchange.form();
    try {
      String login = form.text("login", "The login", 60);
      String name = form.text("name", "Your name", 120);
      if (!login.matches("[A-Za-z0-9._@+-]+")) {
        throw new Refusal(400, "A login has letters, digits and . _ @ + - only.");
      }
      Passwords.require(form.get("password"));
      String hash = Passwords.hash(form.get("password"));
      enter(exchange, stores.people().accept(exchange.path("token"), login, name, hash), "");
    } catch (Refusal | InputException e) {
      exchange.status(400);
      exchange.page(
          "join.jte",
          "Welcome",
          new Join(
              exchange.path("token"),
              invitation.role().title,
              form.get("login"),
              form.get("name"),
              String.valueOf(e.getMessage())));
    }
  }
}
