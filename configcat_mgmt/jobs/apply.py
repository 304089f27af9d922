"""Applies a plan: journalled, resumable, and never wrong about what it has done."""

import asyncio
import inspect
import os
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.apply_options import (
    DEFAULT_GRACE_SECONDS,
    DEFAULT_IN_FLIGHT,
    DEFAULT_LINGER_SECONDS,
    ApplyOptions,
    Confirm,
    Decide,
    OnError,
    Progress,
)
from configcat_mgmt.jobs.ends import End, seen_in
from configcat_mgmt.jobs.job import Job
from configcat_mgmt.jobs.journal import Journal
from configcat_mgmt.jobs.plan import Plan, Step
from configcat_mgmt.jobs.plan_file import plan_hash
from configcat_mgmt.jobs.plan_file_checks import problems_of
from configcat_mgmt.jobs.report import Report
