"""A local Discord: gateway, REST, CDN and a web page on loopback, on its own clock, for any bot."""

from sandbox.cdn.attachments import Attachment, CdnFault, Upload
from sandbox.config import SandboxConfig
from sandbox.errors import CommandUnavailableError
from sandbox.faults.requests import Fault
from sandbox.interactions.interaction import Interaction
from sandbox.members.acting import Actor
from sandbox.messages.message import Message, MessageFlag
from sandbox.sandbox import Sandbox
from sandbox.scenarios.scenario import Scenario, ScenarioError
from sandbox.world.channels import Channel, DirectChannel, Overwrite, TextChannel
from sandbox.world.clock import Clock
from sandbox.world.guilds import Guild, Member, Role, User
from sandbox.world.permissions import Permission
from sandbox.world.records import Breach, RequestRecord
from sandbox.world.threads import Thread

__all__ = [
    "Actor",
    "Attachment",
    "Breach",
    "CdnFault",
    "Channel",
    "Clock",
    "CommandUnavailableError",
    "DirectChannel",
    "Fault",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "MessageFlag",
    "Overwrite",
    "Permission",
    "RequestRecord",
    "Role",
    "Sandbox",
    "SandboxConfig",
    "Scenario",
    "ScenarioError",
    "TextChannel",
    "Thread",
    "Upload",
    "User",
]
