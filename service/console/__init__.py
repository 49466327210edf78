"""The moderators' page: server-rendered, a client of the gRPC API like anybody else.

A request is a form or a link; an answer is a page or a redirect. The script in static/ only spares round
trips: without it every action still works.
"""
