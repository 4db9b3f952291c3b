from greenroom.access.principals import user_arn


def test_the_arn_of_a_user_names_the_account_and_the_user() -> None:
    assert user_arn("111122223333", "ana") == "arn:aws:iam::111122223333:user/ana"
