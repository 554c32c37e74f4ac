// The Python that starts a trainer's own entry point in a process of its own, on all GPUs.

export const STARTING = String.raw`
def write_lines(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return str(path)


def flags(settings):
    """Turns names and values into the arguments of a command; None leaves one out."""
    return [part for name, value in settings.items() if value is not None for part in (f"--{name}", str(value))]


def gpus():
    import torch

    return torch.cuda.device_count()


def start(module, arguments, environment=None):
    """Runs the trainer; its output is shown as it comes."""
    launcher = ["-m", "torch.distributed.run", f"--nproc_per_node={gpus()}"] if gpus() > 1 else []
    command = [sys.executable, *launcher, "-m", module, *arguments]
    print("Starting " + shlex.join(command), flush=True)
    status = subprocess.run(command, env={**os.environ, **(environment or {})}).returncode
    if status != 0:
        raise SystemExit(f"{module} ended with exit code {status}; its last lines above say why. Out of memory: a smaller --batch-size.")


def unseen(rows, args):
    """How many positives a trainer that takes one a row and epoch does not come to."""
    return sum(max(0, len(row.positives) - int(args.epochs)) for row in rows)


def tell_short(rows, args, how):
    short = sum(len(row.negatives) < args.negatives for row in rows)
    if short:
        print(f"  {several(short, 'row')} with fewer than {args.negatives} negatives: {how}")
`
