namespace LeVo.Cluster.Mpi;

/// <summary>The handles of an MPI library. The ABI of MPI 5 (libmpi_abi.so) would be a third row.</summary>
internal sealed unsafe record MpiAbi(nint World, nint Float32, nint Float64, nint Int64, nint UInt16, nint Byte, nint Sum, nint InPlaceValue)
{
    /// <summary>MPICH from 3.1 on, and libraries with its ABI.</summary>
    public static MpiAbi Mpich { get; } = new(
        World: 0x44000000, Float32: 0x4c00040a, Float64: 0x4c00080b, Int64: 0x4c000809, UInt16: 0x4c000204, Byte: 0x4c00010d,
        Sum: 0x58000003, InPlaceValue: -1);

    public void* InPlace => (void*)InPlaceValue;

    /// <summary>Open MPI, whose handles are addresses of variables.</summary>
    public static MpiAbi OpenMpi(Func<string, nint> export) => new(
        World: export("ompi_mpi_comm_world"), Float32: export("ompi_mpi_float"), Float64: export("ompi_mpi_double"),
        Int64: export("ompi_mpi_long_long_int"), UInt16: export("ompi_mpi_unsigned_short"), Byte: export("ompi_mpi_byte"),
        Sum: export("ompi_mpi_op_sum"), InPlaceValue: 1);
}
