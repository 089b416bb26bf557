"""A Django project with Simple JWT, as its documentation sets one up, on a free loopback port:
`served.py` says how it is run.
"""

from served import asked, configure, serve

configure(
    urls=__name__,
    database=":memory:",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework_simplejwt.authentication.JWTAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    # The settings of Simple JWT under which it comes nearest to what jwt-state always does.
    SIMPLE_JWT={
        "ALGORITHM": "HS256",
        "SIGNING_KEY": asked["secret"],
        "ISSUER": asked["iss"],
        "AUDIENCE": asked["aud"],
        "ROTATE_REFRESH_TOKENS": asked["rotates"],
        "BLACKLIST_AFTER_ROTATION": asked["rotates"],
    },
)

from django.contrib.auth.models import User  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework_simplejwt import views  # noqa: E402


@api_view(["GET"])
def me(request):
    user = request.user
    return Response({"id": user.pk, "username": user.username, "email": user.email})


def set_active(request, username, active):
    """For the test: disables an account, or lets it in again."""
    return JsonResponse({"changed": User.objects.filter(username=username).update(is_active=active)})


urlpatterns = [
    path("api/token/", views.TokenObtainPairView.as_view()),
    path("api/token/refresh/", views.TokenRefreshView.as_view()),
    path("api/token/verify/", views.TokenVerifyView.as_view()),
    path("api/token/blacklist/", views.TokenBlacklistView.as_view()),
    path("api/me/", me),
    path("test/active/<str:username>/<int:active>/", set_active),
]

serve()
