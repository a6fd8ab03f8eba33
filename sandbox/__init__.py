"""A local Discord: gateway, REST, CDN and a web page on loopback, on its own clock, for any bot."""

from sandbox.acting import Actor
from sandbox.attachments import Attachment, CdnFault, Upload
from sandbox.channels import Channel, DirectChannel, Overwrite, TextChannel
from sandbox.clock import Clock
from sandbox.config import SandboxConfig
from sandbox.errors import Breach, CommandUnavailableError
from sandbox.guilds import Guild, Member, Role, User
from sandbox.interaction import Interaction
from sandbox.messages import Message, MessageFlag
from sandbox.permissions import Permission
from sandbox.rest.faults import Fault
from sandbox.sandbox import Sandbox
from sandbox.world import RequestRecord

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
    "TextChannel",
    "Upload",
    "User",
]
