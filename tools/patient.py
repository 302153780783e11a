"""A client for nbclient that does not miss a reply.

While nbclient waits for a cell's reply it may send messages of widgets on the same socket. Since
jupyter_client sends them past the asyncio socket (`Session.send` on `zmq.Socket.shadow`), sending
can take the wake-up of a reply that has just come: it lies there unread, and the notebook hangs in
a cell with `interact`. (Seen upstream as jupyter/nbclient#312; ipython/ipykernel#1529 mended the
same in the kernel.) Here the socket is looked at again every second.
"""

import time
from queue import Empty

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type


class PatientChannel(AsyncZMQSocketChannel):
    async def get_msg(self, timeout=None):
        """The next message within `timeout` seconds (None: at any time), or Empty is raised."""
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            left = end - time.monotonic()
            try:
                return await super().get_msg(max(0, min(1, left)))
            except Empty:
                if left <= 1:
                    raise


class PatientClient(AsyncKernelClient):
    shell_channel_class = Type(PatientChannel)


class PatientManager(AsyncKernelManager):
    client_factory = Type(PatientClient)
