// Only has to exist: a sketch names it so that the library is built.
#ifndef STUB_CHIRALE_TENSORFLOWLITE_H_
#define STUB_CHIRALE_TENSORFLOWLITE_H_

#endif
