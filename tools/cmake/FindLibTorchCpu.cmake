# Finds LibTorch and offers its CPU part as the target LibTorch::cpu.
#
# TorchConfig.cmake is not used: that of a CUDA build stops where no CUDA toolkit is installed, while
# the headers, c10 and torch_cpu, which are all that Rookery needs, are the same in either build.
#
# Searched, in this order: CMAKE_PREFIX_PATH (variable or environment; a libtorch folder or a
# site-packages/torch), then the virtual environment that bootstrap.sh makes in the checkout.
# Sets LibTorchCpu_FOUND, LibTorchCpu_VERSION and LibTorchCpu_ROOT.

set(LibTorchCpu_EXPECTED_VERSION 2.13)

file(GLOB _venv_roots ${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
# Not cached: another CMAKE_PREFIX_PATH, or a new environment, counts from the next configure on.
find_library(LibTorchCpu_LIBRARY torch_cpu HINTS ${_venv_roots} PATH_SUFFIXES lib NO_CACHE)

# Everything else is taken from beside that library, so that two installations are never mixed.
if(LibTorchCpu_LIBRARY)
  cmake_path(GET LibTorchCpu_LIBRARY PARENT_PATH _library_dir)
  cmake_path(GET _library_dir PARENT_PATH LibTorchCpu_ROOT)
  set(_include_dir ${LibTorchCpu_ROOT}/include)
  set(_version_header ${_include_dir}/torch/headeronly/version.h)
  if(EXISTS ${_version_header})
    file(STRINGS ${_version_header} _version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX MATCHALL "[0-9]+" _version_numbers "${_version_lines}")
    list(JOIN _version_numbers "." LibTorchCpu_VERSION)
  endif()
endif()

if(LibTorchCpu_LIBRARY AND NOT LibTorchCpu_VERSION MATCHES "^${LibTorchCpu_EXPECTED_VERSION}\\.")
  if(NOT LibTorchCpu_VERSION)
    set(LibTorchCpu_VERSION "older than 2.9 (no torch/headeronly/version.h)")
  endif()
  set(LibTorchCpu_FAILURE "LibTorch in ${LibTorchCpu_ROOT} is ${LibTorchCpu_VERSION}, but \
Rookery is built with ${LibTorchCpu_EXPECTED_VERSION}.x. Put that version's folder first in CMAKE_PREFIX_PATH.")
  set(_version_ok FALSE)
else()
  set(LibTorchCpu_FAILURE "No LibTorch found. Run ./bootstrap.sh build, which installs it, or give \
its folder in CMAKE_PREFIX_PATH.")
  set(_version_ok TRUE)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorchCpu
  REQUIRED_VARS LibTorchCpu_LIBRARY _version_ok
  VERSION_VAR LibTorchCpu_VERSION
  REASON_FAILURE_MESSAGE "${LibTorchCpu_FAILURE}")

if(LibTorchCpu_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::c10 SHARED IMPORTED GLOBAL)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION ${_library_dir}/libc10.so)

  # Its include folders are system ones and its folder enters the run path, as with every imported
  # target. It knows the C++11 ABI alone: said outright, for a compiler whose default is the old one.
  add_library(LibTorch::cpu SHARED IMPORTED GLOBAL)
  set_target_properties(
    LibTorch::cpu
    PROPERTIES IMPORTED_LOCATION ${LibTorchCpu_LIBRARY}
               INTERFACE_INCLUDE_DIRECTORIES
               "${_include_dir};${_include_dir}/torch/csrc/api/include"
               INTERFACE_COMPILE_DEFINITIONS _GLIBCXX_USE_CXX11_ABI=1
               INTERFACE_LINK_LIBRARIES LibTorch::c10)
  # In a CUDA build torch_cpu names libraries of other packages, which it finds itself when it is
  # loaded, by its own run path; the linker need not.
  target_link_options(LibTorch::cpu INTERFACE LINKER:--allow-shlib-undefined)

  # LibTorch brings its own OpenMP runtime, and libsoxr asks for one of the same name. Named by the
  # program itself, used there or not, LibTorch's is the one that both get, on every host.
  file(GLOB _openmp ${_library_dir}/libgomp*.so*)
  if(_openmp)
    list(GET _openmp 0 _openmp)
    target_link_libraries(LibTorch::cpu
                          INTERFACE "-Wl,--push-state,--no-as-needed,${_openmp},--pop-state")
  endif()
endif()
