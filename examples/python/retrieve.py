"""Retrieves what tills sent: saves the attachments of every mail in a mailbox (mbox, maildir, a folder of .eml) into a folder.

    retrieve.py MAILBOX FOLDER

Runs under Python 2.7 and 3. Mails stay as they are; the same attachment twice is one file.
"""
import os
import sys

import epos


def main(mailbox, folder):
    if not os.path.isdir(folder):
        os.makedirs(folder)
    mails, seen = epos.attachments(mailbox), set()
    for document in mails:
        if document.hash not in seen:
            seen.add(document.hash)
            epos.tell("%s  %s  %s" % (document.sent_at, document.sender, document.save(folder)))
    for found in mails.diagnostics:
        epos.tell(found, sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
