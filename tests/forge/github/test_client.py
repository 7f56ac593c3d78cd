"""The connection: what is asked again and what never is, whose credentials they are, and what a failure says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from support.answers import Answer, Answers, answers

TOKEN = "ghp_verysecret"
CONFIG = Config(organisation="Acme", timezone="UTC", forge="github:acme/emp")
PULL = "GET /repos/acme/emp/pulls/1"
COMMENT = "POST /repos/acme/emp/issues/1/comments"


@dataclass
class World:
    server: Answers
    said: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def client(self, **environment: str) -> GitHub:
        settings: Mapping[str, str] = environment or {"GITHUB_TOKEN": TOKEN}
        return GitHub.of(
            CONFIG, say=self.said.append, sleep=self.slept.append,
            environment={"GITHUB_API_URL": self.server.url, **settings},
        )

    def title(self) -> str:
        client = self.client()
        with client.asking("read pull request #1"):
            return client.repository.get_pull(1).title

    def speak(self) -> None:
        client = self.client()
        with client.asking("write a comment"):
            client.repository.get_issue(1).create_comment("hello")


@pytest.fixture
def world() -> Iterator[World]:
    with answers() as server:
        server.always(PULL, {"title": "more datapoints"})
        yield World(server)


def refusal(action: Callable[[], object]) -> ForgeError:
    with pytest.raises(ForgeError) as caught:
        action()
    assert TOKEN not in f"{caught.value.message} {caught.value.where} {caught.value.hint}"
    return caught.value


class TestAReadingRequest:
    @pytest.mark.parametrize("failure", [Answer(500), Answer(502), Answer(503), Answer(504), Answer(None)])
    def test_is_made_again_after_a_failure(self, world: World, failure: Answer) -> None:
        world.server.once(PULL, failure, failure)
        assert world.title() == "more datapoints"
        assert world.server.requests == [PULL] * 3

    def test_is_made_a_few_times_only(self, world: World) -> None:
        world.server.always(PULL, Answer(502))
        assert refusal(world.title).message == "cannot read pull request #1: GitHub fails (502)"
        assert world.server.requests == [PULL] * 4
        assert sum(world.slept) < 10

    def test_that_fails_for_good_is_not_made_again(self, world: World) -> None:
        world.server.always(PULL, Answer(404, {"message": "Not Found"}))
        refusal(world.title)
        assert world.server.requests == [PULL]


class TestAWritingRequest:
    @pytest.mark.parametrize("failure", [
        Answer(502), Answer(None), Answer(429), Answer(503, headers={"retry-after": "1"}),
        Answer(403, {"message": "API rate limit exceeded for you"}, {"retry-after": "1"}),
    ])
    def test_is_never_sent_twice(self, world: World, failure: Answer) -> None:
        world.server.always(COMMENT, failure)
        assert refusal(world.speak).message.startswith("cannot write a comment: GitHub")
        assert world.server.requests == [COMMENT]
        assert world.slept == []

    def test_is_not_tried_again_where_nobody_listens(self) -> None:
        with answers() as server:
            world = World(server)
        assert "cannot be reached" in refusal(world.speak).message
        assert world.slept == []


class TestTheRateLimit:
    def limited(self, reset: int) -> Answer:
        """At one minute past midnight of the first of January 1970."""
        return Answer(403, {"message": "API rate limit exceeded for user ID 1."}, {
            "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset), "date": "Thu, 01 Jan 1970 00:01:00 GMT",
        })

    def test_is_waited_for_by_githubs_clock_and_the_wait_is_shown(self, world: World) -> None:
        world.server.once(PULL, self.limited(101))
        assert world.title() == "more datapoints"
        assert world.said == ["GitHub's rate limit is reached; waiting 42 s"]
        assert world.slept == [42]

    def test_that_says_for_how_long_is_believed(self, world: World) -> None:
        world.server.once(PULL, Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"retry-after": "7"}))
        world.title()
        assert world.slept == [7]

    def test_that_says_nothing_takes_a_minute(self, world: World) -> None:
        world.server.once(PULL, Answer(429))
        world.title()
        assert world.slept == [60]

    def test_is_not_waited_for_longer_than_five_minutes_in_all(self, world: World) -> None:
        world.server.always(PULL, Answer(429, headers={"retry-after": "140"}))
        assert refusal(world.title).message == "cannot read pull request #1: GitHub's rate limit is reached"
        assert world.slept == [140, 140]

    def test_of_an_hour_is_not_waited_for_at_all(self, world: World) -> None:
        world.server.always(PULL, self.limited(3660))
        assert "rate limit" in refusal(world.title).message
        assert world.slept == []


class TestAFailure:
    @pytest.mark.parametrize(("answer", "message", "hint"), [
        (Answer(401, {"message": "Bad credentials"}), "does not accept the credentials", "GITHUB_TOKEN"),
        (Answer(403, {"message": "Resource not accessible"}), "does not permit it: Resource not accessible", "permission"),
        (Answer(404, {"message": "Not Found"}), "knows no such thing", "without permission"),
        (Answer(422, {"message": "Validation Failed", "errors": [{"message": "No\ncommits"}]}), "Validation Failed; No commits", ""),
        (Answer(200, {"title": 7}), "is none of GitHub's", "GITHUB_API_URL"),
        (Answer(301, {}, {"location": "http://elsewhere.example/"}), "is none of GitHub's", "GITHUB_API_URL"),
    ])
    def test_says_what_could_not_be_done_and_what_to_do(self, world: World, answer: Answer, message: str, hint: str) -> None:
        world.server.always(PULL, answer)
        error = refusal(world.title)
        assert error.message.startswith("cannot read pull request #1: ")
        assert message in error.message
        assert hint in (error.hint or "")
        assert error.where == "github:acme/emp"

    def test_to_reach_it_is_one_too(self) -> None:
        with answers() as server:
            world = World(server)
        assert refusal(world.title).message == "cannot read pull request #1: GitHub cannot be reached"

    def test_is_a_next_page_on_another_server(self, world: World) -> None:
        world.server.always("GET /repos/acme/emp/pulls", Answer(value=[{"number": 1}], headers={
            "link": '<http://elsewhere.example/2>; rel="next"',
        }))
        client = world.client()

        def numbers() -> list[int]:
            with client.asking("list pull requests"):
                return [pull.number for pull in client.repository.get_pulls()]

        assert "is none of GitHub's" in refusal(numbers).message
        assert len(world.server.requests) == 1


class TestCredentials:
    def test_of_a_person_go_by_their_name(self, world: World) -> None:
        world.server.always("GET /user", {"login": "ana"})
        client = world.client()
        assert (client.login, client.token()) == ("ana", TOKEN)
        assert world.server.headers[0]["authorization"] == f"token {TOKEN}"

    def test_of_a_workflow_may_not_ask_for_their_name(self, world: World) -> None:
        world.server.always("GET /user", Answer(403, {"message": "Resource not accessible by integration"}))
        assert world.client().login == "github-actions[bot]"

    def test_that_graphql_does_not_know_either_are_of_a_workflow(self, world: World) -> None:
        world.server.always("GET /user", Answer(403, {"message": "Resource not accessible by integration"}))
        world.server.always("POST /graphql", {"errors": [{"type": "FORBIDDEN", "message": "no"}]})
        assert world.client().login == "github-actions[bot]"

    def test_of_an_installation_are_told_by_graphql(self, world: World) -> None:
        world.server.always("GET /user", Answer(403, {"message": "Resource not accessible by integration"}))
        world.server.always("POST /graphql", {"data": {"viewer": {"login": "emp-forms[bot]"}}})
        assert world.client().login == "emp-forms[bot]"

    @pytest.mark.parametrize("answer", [Answer(502), Answer(429), Answer(200, {"data": {"viewer": None}}), Answer(200, [])])
    def test_whose_name_nobody_tells_are_not_guessed_while_github_fails(self, world: World, answer: Answer) -> None:
        world.server.always("GET /user", Answer(403, {"message": "Resource not accessible by integration"}))
        world.server.always("POST /graphql", answer)
        assert "cannot find out whom the credentials belong to" in refusal(lambda: world.client().login).message

    def test_that_are_refused_are_not_taken_for_a_workflows(self, world: World) -> None:
        world.server.always("GET /user", Answer(401, {"message": "Bad credentials"}))
        assert "does not accept" in refusal(lambda: world.client().login).message

    def test_of_an_app_get_a_token_for_the_repository(self, world: World) -> None:
        world.server.always("GET /app", {"slug": "emp-forms"})
        world.server.always("GET /repos/acme/emp/installation", {"id": 5})
        world.server.always(
            "POST /app/installations/5/access_tokens",
            Answer(201, {"token": "ghs_short", "expires_at": "2999-01-01T00:00:00Z"}),
        )
        client = world.client(EMP_GITHUB_APP_ID="12", EMP_GITHUB_APP_KEY=key())
        assert (client.login, client.token()) == ("emp-forms[bot]", "ghs_short")

    @pytest.mark.parametrize(("environment", "message"), [
        ({"GITHUB_TOKEN": " "}, "there are no credentials"),
        ({"GITHUB_TOKEN": f"{TOKEN}\nx: y"}, "is no token"),
        ({"EMP_GITHUB_APP_ID": "1"}, "EMP_GITHUB_APP_KEY is not set"),
        ({"EMP_GITHUB_APP_KEY": "x"}, "EMP_GITHUB_APP_ID is not set"),
        ({"EMP_GITHUB_APP_ID": "1", "EMP_GITHUB_APP_KEY": TOKEN}, "is no private key"),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "http://api.example"}, "without encryption"),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "api.example"}, "is no address"),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": f"https://x:{TOKEN}@api.example"}, "is no address"),
        ({"GITHUB_TOKEN": TOKEN, "GITHUB_SERVER_URL": "https://[x"}, "is no address"),
    ])
    def test_that_are_none_are_refused_before_anything_is_asked(
        self, world: World, environment: dict[str, str], message: str
    ) -> None:
        assert message in refusal(lambda: world.client(**environment)).message
        assert world.server.requests == []


def key() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
