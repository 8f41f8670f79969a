"""Kinds of files and changes that easily go wrong, one at a time."""

import os
import time

from tests.dev.sync.world import World, until


def test_a_name_that_changes_only_its_case(world: World) -> None:
    world.write("api/app/Views.py", "views")
    world.until_equal()
    (world.root / "api/app/Views.py").rename(world.root / "api/app/views.py")
    world.until_equal()
    for pod in world.pods[:2]:
        names = os.listdir(world.place(pod) / "app")
        assert "views.py" in names
        assert "Views.py" not in names


def test_a_link_stays_a_link_and_may_become_a_file(world: World) -> None:
    link = world.root / "ui/src/linked.py"
    link.symlink_to("one.py")
    world.until_equal()
    copy = world.place(world.pods[2]) / "src/linked.py"
    assert os.readlink(copy) == "one.py"
    link.unlink()
    link.write_text("a file now")
    world.until_equal()
    assert not copy.is_symlink()
    assert (world.place(world.pods[2]) / "src/one.py").read_text() == "1"


def test_a_link_to_nothing_and_one_to_a_folder(world: World) -> None:
    (world.root / "api/app/nowhere").symlink_to("missing")
    (world.root / "api/app/again").symlink_to("deep")
    world.until_equal()
    assert os.readlink(world.place(world.pods[0]) / "app/again") == "deep"


def test_a_file_that_grows_arrives_whole(world: World) -> None:
    """A slow writer: a download, or a code generator."""
    copy = world.place(world.pods[0]) / "app/slow.py"
    seen: set[int] = set()
    with (world.root / "api/app/slow.py").open("w") as file:
        for _ in range(10):
            file.write("x = 1\n" * 1000)
            file.flush()
            time.sleep(0.03)
            seen.add(copy.stat().st_size if copy.exists() else 0)
    world.until_equal()
    assert seen == {0}
    assert copy.stat().st_size == 60_000


def test_a_restarted_container_and_a_replaced_pod_get_what_the_image_lacks(world: World) -> None:
    world.write("api/app/one.py", "newer than the image")
    world.write("api/app/new.py", "not in the image")
    (world.root / "api/app/deep/er/two.py").unlink()
    world.until_equal()
    world.restart_container(world.pods[0])
    world.delete_pod(world.pods[0])
    world.until_equal()
    for pod in world.pods:
        if pod.rule.resource == "api":
            assert (world.place(pod) / "app/one.py").read_text() == "newer than the image"


def test_a_third_pod_is_followed_too(world: World) -> None:
    world.write("api/app/one.py", "before it was there")
    world.add_pod("api", image=True)
    world.until_equal()
    world.write("api/app/one.py", "after")
    world.until_equal()
    until(
        lambda: any(line.startswith("app/one.py → 3 pods") for line in world.lines), lambda: str(world.lines)
    )
