namespace LeVo.Testing.Gguf;

/// <summary>Types of tensors that <see cref="GgufWriter"/> writes, by their ids in the file.</summary>
public enum GgufTensorType
{
    F32 = 0,
    F16 = 1,
    Q8 = 8,
    Q4K = 12,
    Q5K = 13,
    Q6K = 14,
    BF16 = 30,
}
