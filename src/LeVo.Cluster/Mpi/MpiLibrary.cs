using System.Runtime.InteropServices;

namespace LeVo.Cluster.Mpi;

/// <summary>
/// The MPI library of this process, called through its C functions. Handles differ: in MPICH and the libraries with its ABI they
/// are numbers, in Open MPI addresses of its variables. Both fit a native integer.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Names the library to load instead of those that are looked for.</summary>
    public const string PathVariable = "LEVO_MPI";

    private const int Serialized = 2; // MPI_THREAD_SERIALIZED: any thread may call, one at a time

    private readonly nint handle;
    private readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, int> allReduce;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> broadcast;
    private readonly delegate* unmanaged<nint, int, int> abort;

    private MpiLibrary(string name, nint handle)
    {
        (Name, this.handle) = (name, handle);
        allReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, int>)Export("MPI_Allreduce");
        broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Export("MPI_Bcast");
        abort = (delegate* unmanaged<nint, int, int>)Export("MPI_Abort");
        Abi = NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _) ? MpiAbi.OpenMpi(Export) : MpiAbi.Mpich;
    }

    /// <summary>The file that was loaded.</summary>
    public string Name { get; }

    /// <summary>The library's handles.</summary>
    public MpiAbi Abi { get; }

    /// <summary>Loads and initializes the library; signal handlers stay those of .NET.</summary>
    /// <exception cref="DllNotFoundException">There is no library; the message names those that were tried.</exception>
    public static MpiLibrary Start()
    {
        // MPI loads libraries that take SIGSEGV, and .NET turns that signal into NullReferenceException.
        using var signals = new SignalHandlers();
        (string name, nint handle) = Load();
        var library = new MpiLibrary(name, handle);
        int provided;
        Check(((delegate* unmanaged<int*, byte***, int, int*, int>)library.Export("MPI_Init_thread"))(null, null, Serialized, &provided));
        return provided >= Serialized ? library : throw new NotSupportedException($"'{name}' may be called by one thread alone.");
    }

    /// <summary>Index of this process and number of processes.</summary>
    public (int Rank, int Count) World()
    {
        int rank, count;
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank"))(Abi.World, &rank));
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size"))(Abi.World, &count));
        return (rank, count);
    }

    /// <summary>Makes an operation of a function.</summary>
    public nint CreateOperation(delegate* unmanaged[Cdecl]<void*, void*, int*, void*, void> function)
    {
        nint operation = 0;
        Check(((delegate* unmanaged<void*, int, nint*, int>)Export("MPI_Op_create"))(function, 1, &operation));
        return operation;
    }

    /// <summary>Reduces a buffer in place.</summary>
    public void AllReduce(void* buffer, int count, nint type, nint operation) =>
        Check(allReduce(Abi.InPlace, buffer, count, type, operation, Abi.World));

    /// <summary>Copies the first process's buffer to all.</summary>
    public void Broadcast(void* buffer, int count, nint type) => Check(broadcast(buffer, count, type, 0, Abi.World));

    /// <summary>Ends all processes.</summary>
    public void Abort(int code) => abort(Abi.World, code);

    /// <summary>Ends the use of MPI; all processes call it.</summary>
    public void Complete() => Check(((delegate* unmanaged<int>)Export("MPI_Finalize"))());

    private static (string Name, nint Handle) Load()
    {
        // Open MPI's starter tells itself apart; the rest are of MPICH's ABI.
        bool isOpen = Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null;
        string[] names = Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path ? [path]
            : isOpen ? ["libmpi.so.40"]
            : ["libmpich.so.12", "libmpi.so.12", "libmpi.so.40"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
                return (name, handle);
        }
        throw new DllNotFoundException($"There is no MPI library (tried {string.Join(", ", names)}): install MPICH or Open MPI, "
            + $"or name the library in {PathVariable}.");
    }

    /// <summary>Errors end all processes by default; this is for libraries that were told otherwise.</summary>
    private static void Check(int code)
    {
        if (code != 0)
            throw new InvalidOperationException($"MPI failed with the code {code}.");
    }

    private nint Export(string name) => NativeLibrary.GetExport(handle, name);
}
