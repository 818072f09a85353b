using System.Runtime.InteropServices;

namespace LeVo.Cluster.Mpi;

/// <summary>Keeps the handlers of the signals of errors; disposing puts them back.</summary>
internal sealed unsafe partial class SignalHandlers : IDisposable
{
    private const int StructureBytes = 256; // struct sigaction has 152 bytes in glibc and musl

    private static readonly int[] Signals = [4, 5, 6, 7, 8, 11]; // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV

    private readonly byte[] kept = new byte[Signals.Length * StructureBytes];

    public SignalHandlers()
    {
        if (OperatingSystem.IsLinux())
            ForEach((signal, structure) => SigAction(signal, null, structure));
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
            ForEach((signal, structure) => SigAction(signal, structure, null));
    }

    private void ForEach(Handler action)
    {
        fixed (byte* structures = kept)
        {
            for (int i = 0; i < Signals.Length; i++)
            {
                if (action(Signals[i], structures + i * StructureBytes) != 0)
                    throw new InvalidOperationException($"The handler of signal {Signals[i]} can't be kept.");
            }
        }
    }

    private delegate int Handler(int signal, byte* structure);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte* replacement, byte* previous);
}
